import { Trans, useLingui } from "@lingui/react/macro";
import { ListOf, TickOf } from "./route-controls.tsx";
import type { RouteForm } from "./use-route-form.ts";

/** What the gateway keeps of the app's answers, and what it changes in them. */
export function RouteAnswersSection({ form }: { form: RouteForm }) {
  const { t } = useLingui();
  return (
    <>
      <TickOf
        form={form}
        field="persistCookies"
        help={
          <Trans>
            Phones often lose the cookies of apps. The gateway keeps them, encrypted, for each paired device and sends
            them again, so that people stay signed in to the app there. Browsers are not affected. Devices shows what is
            kept and forgets it.
          </Trans>
        }
      />
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
