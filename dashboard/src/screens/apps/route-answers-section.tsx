import { Trans, useLingui } from "@lingui/react/macro";
import { ListOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** What the gateway changes in the app's answers. */
export function RouteAnswersSection({ form }: { form: RouteForm }) {
  const { t } = useLingui();
  return (
    <>
      <TickOf
        form={form}
        field="rewriteCookiePaths"
        help={
          <Trans>
            Together with taking the path away: so that the app's cookies stay with it and do not meet those of others.
          </Trans>
        }
      />
      <TickOf
        form={form}
        field="stripResponseCookies"
        help={<Trans>Signing in to the app itself is impossible then.</Trans>}
      />
      <ListOf
        form={form}
        field="removeResponseHeaders"
        entry={t`header`}
        placeholder="x-powered-by"
        help={<Trans>Browsers do not get these headers of the app.</Trans>}
      />
    </>
  );
}
