import { catalog as contract, type ErrorDetail } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { checkedOptions } from "./checks.ts";
import { optionsOf } from "./secret-headers.ts";
import type { RouteOptions, StoredRoute } from "./store.ts";
import { parseUpstream } from "./upstream.ts";

/**
 * Checks of a route what needs neither the network nor other routes, and reads its upstream. Throws `VALIDATION_FAILED` with
 * all reasons together.
 */
export function checkedRoute(wanted: RouteOptions, present: StoredRoute | undefined) {
  const problems: Problem[] = [];
  function attempt<T>(check: () => T): T | undefined {
    try {
      return check();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      problems.push(error);
      return undefined;
    }
  }
  const options = attempt(() => checkedOptions(wanted));
  attempt(() => checkSameApp(wanted, present));
  const upstream = attempt(() => parseUpstream(wanted.to));
  if (options && upstream && !problems.length) return { options, upstream };
  const text = problems.map(({ message }) => message).join(" ");
  throw new Problem(
    "VALIDATION_FAILED",
    text,
    problems.flatMap(({ details = [] }) => details),
  );
}

/** What else is wrong with a change that its schema refuses: the fields that it takes are held against the present route. */
export function patchFaults(body: unknown, present: StoredRoute): ErrorDetail[] {
  const given = typeof body === "object" && body !== null ? (body as Record<string, unknown>) : {};
  const sound = Object.entries(contract.RouteFields.shape).flatMap(([name, field]) => {
    const read = Object.hasOwn(given, name) ? field.safeParse(given[name]) : undefined;
    return read?.success ? [[name, read.data]] : [];
  });
  try {
    checkedRoute({ ...optionsOf(present), ...Object.fromEntries(sound) }, present);
    return [];
  } catch (error) {
    if (error instanceof Problem) return error.details ?? [];
    throw error;
  }
}

function checkSameApp({ appId }: RouteOptions, present: StoredRoute | undefined): void {
  if (!present || present.appId === appId) return;
  const reason = `the route belongs to the app "${present.appId}"; delete it and make a new one for another app`;
  throw new Problem("VALIDATION_FAILED", `The app of a route cannot be changed: ${reason}.`, [
    { path: "appId", reason },
  ]);
}
