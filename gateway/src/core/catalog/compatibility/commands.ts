import { Problem } from "../../../kit/problem.ts";
import { LOCAL } from "../../../wire/principal.ts";
import type { PrefixCheck, PrefixReport } from "./check.ts";

/** What the command line asks a running gateway about prefixes. `appsUrl`: the apps' public address. */
export function prefixCommands(prefixCheck: PrefixCheck, appsUrl: () => string) {
  return {
    async "route.check"({ app }: Record<string, unknown>): Promise<PrefixReport> {
      if (typeof app !== "string") throw new Problem("VALIDATION_FAILED", "app: must be the id of an app.");
      // Whoever may ask at the control socket may do anything here.
      return prefixCheck.checkApp(app, { principal: LOCAL, appsUrl: appsUrl() });
    },
  };
}
