import { compatibility as contract } from "@nekzus/contract";
import type { RequestFacts } from "../../../wire/request-facts.ts";
import { type Binding, bind } from "../../http/binding.ts";
import { filledIn, KNOWN_APPS, presetOf, recognise } from "../presets/presets.ts";
import type { PrefixCheck } from "./check.ts";

/** Binds the check of a prefix and the presets. `appsUrl` tells where the caller's browser reaches the apps. */
export function compatibilityRoutes(
  prefixCheck: PrefixCheck,
  appsUrl: (request: { facts: RequestFacts; host: string | undefined }) => string,
): Binding[] {
  return [
    bind(contract.routeCheck, async ({ params, caller: { principal, facts }, header }) => ({
      body: await prefixCheck.check(params.routeId, { principal, appsUrl: appsUrl({ facts, host: header("host") }) }),
    })),
    bind(contract.presetsList, ({ query: { prefix, ...traits }, caller: { facts }, header }) => {
      const isAsked = Object.values(traits).some((value) => value !== undefined);
      const found = isAsked ? [recognise(traits)].filter((one) => one !== undefined) : KNOWN_APPS;
      const presets = found.map(presetOf);
      if (prefix === undefined) return { body: presets };
      const { origin } = new URL(appsUrl({ facts, host: header("host") }));
      return { body: presets.map((preset) => filledIn(preset, { prefix, origin })) };
    }),
  ];
}
