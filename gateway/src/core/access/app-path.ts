import { Problem } from "../../kit/problem.ts";
import { readPath } from "../../kit/request-path.ts";

/**
 * Judges a path (with or without a query) that a browser wants to be sent to, and answers it unchanged. It must lie
 * in the app's own prefix, given with a trailing slash, and mean to every reader what it says. Throws FORBIDDEN for
 * another app's ground and VALIDATION_FAILED for what is not canonical.
 */
export function pathWithin(pathBase: string, target: string): string {
  const read = readPath(target);
  if ("fault" in read) {
    throw new Problem("VALIDATION_FAILED", `The path ${read.fault}.`, [{ path: "path", reason: read.fault }]);
  }
  if (!read.path.startsWith(pathBase) && `${read.path}/` !== pathBase) {
    throw new Problem("FORBIDDEN", `The path is not one of the app, which lives under ${pathBase}.`);
  }
  return target;
}
