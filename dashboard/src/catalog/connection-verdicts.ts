import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { connectionTest } from "@nekzus/contract";
import {
  Ban,
  CircleCheck,
  CircleSlash,
  CornerUpRight,
  FileQuestion,
  Hourglass,
  KeyRound,
  LockKeyhole,
  type LucideIcon,
  PlugZap,
  Replace,
  SearchX,
  ServerCrash,
  ShieldAlert,
  ShieldX,
  Snail,
  Unplug,
  WifiOff,
} from "lucide-react";
import type { Data } from "../api/endpoint.ts";

/** What a connection test found. */
export type ConnectionReport = Data<typeof connectionTest.routeTest>;

/** A verdict at a glance; the gateway's own sentence says more. */
type VerdictLook = { title: MessageDescriptor; icon: LucideIcon };

const VERDICTS: Readonly<Record<string, VerdictLook>> = {
  good: { title: msg`The connection works`, icon: CircleCheck },
  slow: { title: msg`Works, but slowly`, icon: Snail },
  redirects: { title: msg`Sends visitors on`, icon: CornerUpRight },
  "needs-sign-in": { title: msg`Asks for a sign-in of its own`, icon: KeyRound },
  "websocket-refused": { title: msg`Pages work, WebSockets do not`, icon: PlugZap },
  "not-found": { title: msg`Reached, but nothing is there`, icon: FileQuestion },
  "client-error": { title: msg`Reached, but it refuses the request`, icon: CircleSlash },
  "server-error": { title: msg`Reached, but it failed by itself`, icon: ServerCrash },
  refused: { title: msg`Nothing listens there`, icon: Unplug },
  unreachable: { title: msg`The machine cannot be reached`, icon: WifiOff },
  "timed-out": { title: msg`No answer in time`, icon: Hourglass },
  "unknown-host": { title: msg`The name is not known`, icon: SearchX },
  "bad-certificate": { title: msg`The certificate is not trusted`, icon: ShieldAlert },
  "tls-failed": { title: msg`No encrypted connection`, icon: ShieldX },
  "plain-http-on-tls-port": { title: msg`The port wants https`, icon: LockKeyhole },
  "tls-on-plain-port": { title: msg`The port speaks plain http`, icon: Replace },
  "not-http": { title: msg`Something else answers there`, icon: FileQuestion },
  "closed-early": { title: msg`It hung up before answering`, icon: Unplug },
  "not-allowed": { title: msg`No route may have this address`, icon: Ban },
};

/** How a verdict is shown. One of a newer gateway is shown by whether the route would work. */
export function verdictLook({ verdict, ok }: Pick<ConnectionReport, "verdict" | "ok">): VerdictLook {
  if (Object.hasOwn(VERDICTS, verdict)) return VERDICTS[verdict] as VerdictLook;
  return ok
    ? { title: msg`The connection works`, icon: CircleCheck }
    : { title: msg`The connection does not work`, icon: CircleSlash };
}

/** `good` where nothing is left to do, `warn` where the route works with a remark, `bad` where it does not. */
export function verdictTone({ verdict, ok }: Pick<ConnectionReport, "verdict" | "ok">): "good" | "warn" | "bad" {
  if (!ok) return "bad";
  return verdict === "slow" || verdict === "websocket-refused" ? "warn" : "good";
}
