import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox } from "../../design/checkbox.tsx";
import { ListOf, TickOf } from "./route-controls.tsx";
import { idOf, LABELS } from "./route-labels.ts";
import { withoutDoubles } from "./route-option-values.ts";
import type { RouteForm } from "./use-route-form.ts";

/** What the gateway keeps of the app's answers, and what it changes in them and in requests. */
export function RouteAnswersSection({ form }: { form: RouteForm }) {
  const { t, i18n } = useLingui();
  const { mayOpenUp, values, change } = form;
  const rewrites = values.stripPrefix && (values.rewriteHTML ?? true);
  return (
    <>
      <Checkbox
        id={idOf("rewriteHTML")}
        label={i18n._(LABELS.rewriteHTML)}
        help={
          <Trans>
            Together with taking the path away: for apps that write links as if nothing stood before them. Links in
            pages, styles and headers get the path, and a small script does the same for what pages ask for later.
          </Trans>
        }
        disabled={!values.stripPrefix}
        checked={rewrites}
        onChange={(rewriteHTML) => change({ rewriteHTML })}
      />
      <ListOf
        form={form}
        field="excludePaths"
        entry={t`path`}
        placeholder="/api/"
        disabled={!rewrites}
        help={<Trans>Beginnings of paths that lie beside the app and not in it.</Trans>}
      />
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
        field="setRequestHeaders"
        entry={t`header`}
        lines
        tidy={withoutDoubles}
        placeholder="Authorization: Basic YWRtaW46…"
        disabled={!mayOpenUp}
        help={
          mayOpenUp ? (
            <Trans>
              In place of what the browser sends. Values are kept sealed and never shown again: [hidden] stands for the
              one that is kept. Whoever may open the app acts with what stands here.
            </Trans>
          ) : (
            <Trans>Apps may believe what stands here. Only an administrator changes this.</Trans>
          )
        }
      />
      <ListOf
        form={form}
        field="removeRequestHeaders"
        entry={t`header`}
        placeholder="accept-language"
        help={<Trans>The app does not get these headers of the browser.</Trans>}
      />
      <ListOf
        form={form}
        field="setResponseHeaders"
        entry={t`header`}
        lines
        tidy={withoutDoubles}
        placeholder="X-Frame-Options: SAMEORIGIN"
        help={<Trans>In place of what the app says. Access-Control headers are for administrators to set.</Trans>}
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
