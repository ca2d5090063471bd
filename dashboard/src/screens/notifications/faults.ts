import type { Failure } from "../../api/failure.ts";

/** Why values were refused, by the field at the beginning of their path. */
export function faultsOf(failure: Failure | undefined): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries((failure?.details ?? []).map(({ path, reason }) => [path.split(".", 1)[0], reason]));
}
