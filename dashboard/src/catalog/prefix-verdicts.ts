import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { compatibility } from "@nekzus/contract";
import { CircleAlert, CircleCheck, CircleSlash, type LucideIcon, Signpost, Unplug } from "lucide-react";
import type { Data } from "../api/endpoint.ts";

/** What a check of a prefix found. */
export type PrefixReport = Data<typeof compatibility.routeCheck>;
export type PrefixFinding = PrefixReport["findings"][number];

/** A verdict at a glance; the gateway's own sentence says more. */
type VerdictLook = { title: MessageDescriptor; icon: LucideIcon; tone: "good" | "warn" | "bad" };

const VERDICTS: Readonly<Record<string, VerdictLook>> = {
  works: { title: msg`Works below its prefix`, icon: CircleCheck, tone: "good" },
  "works-with-remarks": { title: msg`Works, with remarks`, icon: CircleAlert, tone: "warn" },
  "needs-own-base": { title: msg`Needs its own base path or a host name`, icon: Signpost, tone: "bad" },
  "not-loaded": { title: msg`Could not be loaded`, icon: Unplug, tone: "bad" },
};

/** How a verdict is shown. One of a newer gateway is shown by whether the app opens. */
export function prefixLook({ verdict, ok }: Pick<PrefixReport, "verdict" | "ok">): VerdictLook {
  if (Object.hasOwn(VERDICTS, verdict)) return VERDICTS[verdict] as VerdictLook;
  return ok
    ? { title: msg`Works below its prefix`, icon: CircleCheck, tone: "good" }
    : { title: msg`Does not work below its prefix`, icon: CircleSlash, tone: "bad" };
}
