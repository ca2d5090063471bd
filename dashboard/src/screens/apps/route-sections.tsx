import { Trans } from "@lingui/react/macro";
import { useEffect } from "react";
import { useAddressState } from "../../shell/use-address-state.ts";
import { RouteAccessSection } from "./route-access-section.tsx";
import { RouteAnswersSection } from "./route-answers-section.tsx";
import type { FormField } from "./route-faults.ts";
import { FoldedSection } from "./route-folded.tsx";
import { RouteHealthSection } from "./route-health-section.tsx";
import { RouteCacheSection, RouteLimitsSection, RouteMaintenanceSection } from "./route-limits-sections.tsx";
import { RouteUpstreamSection } from "./route-upstream-section.tsx";
import { changedFields, NEW_VALUES, type RouteField } from "./route-values.ts";
import type { RouteForm } from "./use-route-form.ts";

const CONTENTS = {
  maintenance: ["maintenance", "maintenanceMessage"],
  access: ["publicAccess", "scopes", "sensitive", "allowNetworks", "denyNetworks"],
  upstream: [
    "serverName",
    "caFile",
    "insecureSkipVerify",
    "preserveHost",
    "identityHeaders",
    "connectTimeout",
    "timeout",
    "idleTimeout",
    "containerId",
  ],
  health: [
    "healthCheckPath",
    "expectedStatusCodes",
    "healthCheckInterval",
    "healthCheckTimeout",
    "healthGate",
    "skipHealthCheck",
  ],
  answers: [
    "rewriteHTML",
    "excludePaths",
    "persistCookies",
    "stripResponseCookies",
    "rewriteCookiePaths",
    "setRequestHeaders",
    "removeRequestHeaders",
    "setResponseHeaders",
    "removeResponseHeaders",
  ],
  limits: ["maxBodyBytes", "ratePerMinute", "rateBurst"],
  cache: ["cacheEnabled", "cacheTtl", "cacheMaxBytes"],
} as const satisfies Record<string, RouteField[]>;

type SectionName = keyof typeof CONTENTS;

/** The options that most routes leave as they are, folded away; which ones are open stands in the address. */
export function RouteSections({ form, appId }: { form: RouteForm; appId: string }) {
  const [address, setAddress] = useAddressState("open");
  const open = address.split(",").filter(Boolean);
  const set = changedFields(NEW_VALUES, form.values);
  const { errors, faultOf } = form;

  // What is wrong must be seen, and the summary leads to it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new attempt to save opens sections
  useEffect(() => {
    const wrong = namesOf((field) => faultOf(field) !== undefined);
    if (wrong.length > 0) setAddress([...new Set([...open, ...wrong])].join(","));
  }, [errors]);

  const section = (name: SectionName) => ({
    isOpen: open.includes(name),
    onToggle: (isOpen: boolean) =>
      setAddress((isOpen ? [...open, name] : open.filter((other) => other !== name)).join(",")),
    isSet: CONTENTS[name].some((field) => set.includes(field)),
  });

  return (
    <div className="space-y-3">
      <FoldedSection
        {...section("maintenance")}
        title={<Trans>Maintenance</Trans>}
        about={
          form.values.maintenance ? (
            <Trans>Only administrators can open the app at the moment.</Trans>
          ) : (
            <Trans>Keep everybody out while something is done to the app.</Trans>
          )
        }
      >
        <RouteMaintenanceSection form={form} />
      </FoldedSection>
      <FoldedSection
        {...section("access")}
        title={<Trans>Access</Trans>}
        about={
          form.values.publicAccess ? (
            <Trans>Everybody may open it, without signing in.</Trans>
          ) : (
            <Trans>Who may open the app.</Trans>
          )
        }
      >
        <RouteAccessSection form={form} appId={appId} />
      </FoldedSection>
      <FoldedSection
        {...section("upstream")}
        title={<Trans>Connection to the app</Trans>}
        about={<Trans>Certificate, host name, time limits, and what the app is told about people.</Trans>}
      >
        <RouteUpstreamSection form={form} />
      </FoldedSection>
      <FoldedSection
        {...section("health")}
        title={<Trans>Health</Trans>}
        about={<Trans>How the gateway asks whether the app is well.</Trans>}
      >
        <RouteHealthSection form={form} />
      </FoldedSection>
      <FoldedSection
        {...section("answers")}
        title={<Trans>Links, cookies and headers</Trans>}
        about={<Trans>What is kept of the app's answers, and what is changed in them and in requests.</Trans>}
      >
        <RouteAnswersSection form={form} />
      </FoldedSection>
      <FoldedSection
        {...section("limits")}
        title={<Trans>Limits</Trans>}
        about={<Trans>How large uploads may be, and how many requests one client may send.</Trans>}
      >
        <RouteLimitsSection form={form} />
      </FoldedSection>
      <FoldedSection
        {...section("cache")}
        title={<Trans>Cache</Trans>}
        about={<Trans>Which answers are kept, so that the app is asked less often.</Trans>}
      >
        <RouteCacheSection form={form} />
      </FoldedSection>
    </div>
  );
}

function namesOf(isWanted: (field: FormField) => boolean): SectionName[] {
  return (Object.keys(CONTENTS) as SectionName[]).filter((name) => CONTENTS[name].some(isWanted));
}
