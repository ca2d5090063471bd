import { Problem } from "../../kit/problem.ts";
import { grants } from "../../kit/scopes.ts";

/** Nobody grants what they lack (design, section 7). Throws `FORBIDDEN`, naming who lacks what. */
export function mustHold(
  wanted: readonly string[],
  holders: readonly { name: string; scopes: readonly string[] }[],
): void {
  for (const { name, scopes } of holders) {
    const lacking = wanted.filter((scope) => !grants(scopes, scope));
    if (lacking.length) {
      throw new Problem("FORBIDDEN", `${lacking.join(" and ")} cannot be given: ${name} does not hold it.`);
    }
  }
}
