import { pageScriptFor } from "../rewrite/prefix/body-kind.ts";
import { type Mark, markOf } from "./validators.ts";
import { startsWorker } from "./worker-script.ts";

/** What of ours goes into a body: into all HTML, into whole pages, before a worker's script, or nothing. */
export type Mode = ReturnType<typeof pageScriptFor> | "worker";

/** Which it is for a request with this Sec-Fetch-Dest. */
export function modeOf(fetchDest: string | undefined): Mode {
  return startsWorker(fetchDest) ? "worker" : pageScriptFor(fetchDest);
}

/**
 * The marks of an app's rewritten answers, by mode: a copy that was fetched for another use is another one. `parts`:
 * whatever the rewriting depends on.
 */
export function marksOf(...parts: readonly string[]): Readonly<Record<Mode, Mark>> {
  const mark = (mode: Mode) => markOf(mode, ...parts);
  return { always: mark("always"), "whole-pages": mark("whole-pages"), worker: mark("worker"), never: mark("never") };
}
