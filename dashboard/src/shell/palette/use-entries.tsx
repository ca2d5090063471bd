import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { LogOut, Monitor, Moon, Pencil, Plus, Radar, RotateCw, SlidersHorizontal, Sun } from "lucide-react";
import { appsList, proposalsList, rediscover, routesList } from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { addressOf } from "../../catalog/app.ts";
import { AppPicture } from "../../catalog/app-picture.tsx";
import { PALETTE_NAMES, SCHEME_NAMES } from "../../design/theme-names.ts";
import { themes } from "../../design/themes.ts";
import { useToasts } from "../../design/toast.tsx";
import { useDestinations } from "../destinations.ts";
import { usePerson } from "../person.tsx";
import { usePreferences } from "../preferences.tsx";
import { useSignOut } from "../use-sign-out.ts";
import type { Entry } from "./entries.ts";

/** Why apps, routes or proposals are missing among what can be found. */
type Unread = { failure: Failure; isRetrying: boolean; again(): void };

/** Everything that can be found: apps, screens, routes, proposals, and things to do. */
export function useEntries(): { entries: Entry[]; isLoading: boolean; unread: Unread | undefined } {
  const { t, i18n } = useLingui();
  const navigate = useNavigate();
  const person = usePerson();
  const { change } = usePreferences();
  const toasts = useToasts();
  const mayChange = person.may("write:*");
  const apps = useRead(appsList);
  const routes = useRead(routesList, {}, { enabled: mayChange });
  const proposals = useRead(proposalsList, {}, { enabled: mayChange });
  const signOut = useSignOut();
  const rescan = useChange(rediscover, { refreshes: [proposalsList] });

  const open: Entry[] = (apps.data ?? []).map((app) => ({
    id: `app ${app.id}`,
    name: app.name,
    more: [app.id, app.group, app.description, ...app.tags].join(" "),
    icon: <AppPicture app={app} size="small" />,
    ...(app.group && { place: app.group }),
    kind: t`Open an app`,
    run: () => location.assign(addressOf(app)),
  }));
  const screens: Entry[] = useDestinations().map(({ to, label, icon: Icon }) => ({
    id: `screen ${to}`,
    name: i18n._(label),
    icon: <Icon />,
    kind: t`Go to`,
    run: () => void navigate({ to }),
  }));
  const routeEntries: Entry[] = (routes.data ?? []).map((route) => ({
    id: `route ${route.routeId}`,
    name: t`Edit ${route.appName}`,
    more: `${route.routeId} ${route.to} ${route.pathBase} ${route.subdomain}`,
    icon: <Pencil />,
    place: route.pathBase,
    kind: t`Routes`,
    run: () => void navigate({ to: "/apps/routes/$routeId", params: { routeId: route.routeId } }),
  }));
  const waiting: Entry[] = (proposals.data ?? []).map((proposal) => ({
    id: `proposal ${proposal.id}`,
    name: t`Decide on ${proposal.suggestedApp.name}`,
    more: `${proposal.detectedHost} ${proposal.source}`,
    icon: <Radar />,
    place: proposal.detectedHost,
    kind: t`Proposals`,
    run: () => void navigate({ to: "/discovery", search: { approve: proposal.id } }),
  }));
  const actions: Entry[] = [
    ...(mayChange
      ? [
          {
            id: "add",
            name: t`Add an app`,
            icon: <Plus />,
            kind: t`Do`,
            run: () => void navigate({ to: "/apps/new" }),
          },
          {
            id: "rescan",
            name: t`Look for services again`,
            icon: <RotateCw />,
            kind: t`Do`,
            run: async () => {
              const reply = await rescan.run();
              if (reply) toasts.say({ text: t`Looking for services…` });
              else toasts.say({ text: t`Discovery could not be asked to look again.`, tone: "bad" });
            },
          },
        ]
      : []),
    {
      id: "arrange",
      name: t`Arrange Home`,
      icon: <SlidersHorizontal />,
      kind: t`Do`,
      run: () => void navigate({ to: "/", search: { arrange: "on" } }),
    },
    ...themes.map((theme) => ({
      id: `theme ${theme.id}`,
      icon: theme.scheme === "light" ? <Sun /> : theme.scheme === "dark" ? <Moon /> : <Monitor />,
      name: t`Theme: ${i18n._(PALETTE_NAMES[theme.palette])}, ${i18n._(SCHEME_NAMES[theme.scheme])}`,
      kind: t`Do`,
      run: async () => {
        const isKept = await change({ theme: theme.id });
        if (!isKept) toasts.say({ text: t`The theme could not be kept with your account.`, tone: "bad" });
      },
    })),
    {
      id: "sign-out",
      name: t`Sign out`,
      icon: <LogOut />,
      kind: t`Do`,
      run: async () => {
        const reply = await signOut.run();
        if (!reply)
          toasts.say({ text: t`You are still signed in: the gateway did not confirm the sign-out.`, tone: "bad" });
      },
    },
  ];
  const failed = [apps, routes, proposals].filter(({ data, failure }) => !data && failure);
  return {
    entries: [...open, ...screens, ...waiting, ...routeEntries, ...actions],
    isLoading: apps.isLoading,
    unread: failed[0]?.failure && {
      failure: failed[0].failure,
      isRetrying: failed.some(({ isRetrying }) => isRetrying),
      again: () => void Promise.all(failed.map(({ again }) => again())),
    },
  };
}
