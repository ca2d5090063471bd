import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import {
  CircleUserRound,
  History,
  House,
  Info,
  KeyRound,
  LayoutGrid,
  type LucideIcon,
  Radar,
  ScrollText,
  Send,
  Smartphone,
  Webhook,
} from "lucide-react";
import { usePerson } from "./person.tsx";

/** A screen that the rail, the bottom bar and the palette lead to. */
export type Destination = {
  to:
    | "/"
    | "/apps"
    | "/discovery"
    | "/devices"
    | "/activity"
    | "/notifications"
    | "/webhooks"
    | "/keys"
    | "/audit"
    | "/account"
    | "/about";
  label: MessageDescriptor;
  /** Short form for the bottom bar. */
  short: MessageDescriptor;
  icon: LucideIcon;
  /** The key after `g` that goes there. */
  key: string;
  /** Shown only to those who hold it. */
  needs?: string;
  /** Where it stands in the rail. */
  place: "top" | "bottom";
};

const DESTINATIONS: readonly Destination[] = [
  { to: "/", label: msg`Home`, short: msg`Home`, icon: House, key: "h", place: "top" },
  {
    to: "/apps",
    label: msg`Apps and routes`,
    short: msg`Apps`,
    icon: LayoutGrid,
    key: "a",
    needs: "write:*",
    place: "top",
  },
  {
    to: "/discovery",
    label: msg`Discovery`,
    short: msg`Discovery`,
    icon: Radar,
    key: "d",
    needs: "write:*",
    place: "top",
  },
  { to: "/devices", label: msg`Devices`, short: msg`Devices`, icon: Smartphone, key: "v", place: "top" },
  { to: "/activity", label: msg`Activity`, short: msg`Activity`, icon: History, key: "t", place: "top" },
  {
    to: "/notifications",
    label: msg`Notifications`,
    short: msg`Notifications`,
    icon: Send,
    key: "n",
    needs: "access:admin",
    place: "top",
  },
  {
    to: "/webhooks",
    label: msg`Webhooks`,
    short: msg`Webhooks`,
    icon: Webhook,
    key: "w",
    needs: "access:admin",
    place: "top",
  },
  {
    to: "/keys",
    label: msg`API keys`,
    short: msg`API keys`,
    icon: KeyRound,
    key: "k",
    needs: "access:admin",
    place: "top",
  },
  {
    to: "/audit",
    label: msg`Audit log`,
    short: msg`Audit log`,
    icon: ScrollText,
    key: "l",
    needs: "access:admin",
    place: "top",
  },
  { to: "/account", label: msg`Account`, short: msg`Account`, icon: CircleUserRound, key: "c", place: "bottom" },
  { to: "/about", label: msg`About`, short: msg`About`, icon: Info, key: "i", place: "bottom" },
];

/** The screens for which narrow windows have room at their bottom; Account leads to the others there. */
export const IN_BOTTOM_BAR: ReadonlySet<Destination["to"]> = new Set(["/", "/apps", "/discovery", "/account"]);

/** The screens that the person may go to. */
export function useDestinations(): readonly Destination[] {
  const person = usePerson();
  return DESTINATIONS.filter(({ needs }) => !needs || person.may(needs));
}
