import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { Copy, Eraser, Pencil, Plus, Power, PowerOff, ScanSearch, Stethoscope, Trash2, Users } from "lucide-react";
import { Menu, type MenuEntry } from "../../design/menu.tsx";
import { usePerson } from "../../shell/person.tsx";
import type { AppRow } from "./apps-model.ts";

type RowMenuProps = { row: AppRow; onToggle(): void; onTest(): void; onEmptyCache(): void; onDelete(): void };

/** What can be done with a row. */
export function RowMenu({ row: { app, route }, onToggle, onTest, onEmptyCache, onDelete }: RowMenuProps) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const person = usePerson();
  const name = app.name;
  const remove: MenuEntry = { label: t`Delete`, icon: <Trash2 />, danger: true, onSelect: onDelete };
  const routeId = route?.routeId ?? "";
  const entries: MenuEntry[] = route
    ? [
        {
          label: t`Edit`,
          icon: <Pencil />,
          onSelect: () => void navigate({ to: "/apps/routes/$routeId", params: { routeId } }),
        },
        {
          label: t`Duplicate`,
          icon: <Copy />,
          onSelect: () => void navigate({ to: "/apps/new", search: { from: routeId } }),
        },
        { label: t`Test the connection`, icon: <Stethoscope />, onSelect: onTest },
        ...(route.enabled && route.effectiveRoutingMode !== "subdomain"
          ? [
              {
                label: t`Check the prefix`,
                icon: <ScanSearch />,
                onSelect: () => void navigate({ to: "/apps", search: { check: routeId } }),
              },
            ]
          : []),
        ...(route.cache.enabled ? [{ label: t`Empty the cache`, icon: <Eraser />, onSelect: onEmptyCache }] : []),
        ...(person.may("access:admin")
          ? [
              {
                label: t`Who can open it?`,
                icon: <Users />,
                onSelect: () => void navigate({ to: "/apps", search: { access: app.id } }),
              },
            ]
          : []),
        route.enabled
          ? { label: t`Disable`, icon: <PowerOff />, onSelect: onToggle }
          : { label: t`Enable`, icon: <Power />, onSelect: onToggle },
        "separator",
        remove,
      ]
    : [
        {
          label: t`Add a route`,
          icon: <Plus />,
          onSelect: () => void navigate({ to: "/apps/new", search: { app: app.id } }),
        },
        "separator",
        remove,
      ];
  return <Menu size="small" label={t`Actions for ${name}`} entries={entries} />;
}
