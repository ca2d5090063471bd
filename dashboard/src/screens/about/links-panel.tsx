import { Trans, useLingui } from "@lingui/react/macro";
import { openapi } from "../../api/endpoints.gen.ts";
import { Panel } from "../../design/panel.tsx";
import { TextAnchor, TextLink } from "../../design/text-link.tsx";
import { usePerson } from "../../shell/person.tsx";

/** Where to go on from here. */
export function LinksPanel() {
  const { t } = useLingui();
  const isAdmin = usePerson().may("write:*");
  return (
    <Panel title={t`More`}>
      <ul className="space-y-3">
        {isAdmin && (
          <li>
            <TextLink to="/welcome">
              <Trans>Go through the first steps again</Trans>
            </TextLink>
            <p className="text-sm text-muted">
              <Trans>Addresses, certificate, what was found, and the first apps.</Trans>
            </p>
          </li>
        )}
        <li>
          <TextAnchor href="/docs" target="_blank">
            <Trans>The API, endpoint by endpoint</Trans>
          </TextAnchor>
          <p className="text-sm text-muted">
            <Trans>
              Everything that this dashboard does can be scripted. For programs there is the{" "}
              <TextAnchor href={openapi.path} target="_blank">
                OpenAPI document
              </TextAnchor>
              .
            </Trans>
          </p>
        </li>
        <li>
          <p className="font-medium">
            <Trans>Licences</Trans>
          </p>
          <p className="text-sm text-muted">
            <Trans>
              Nekzus is under the Apache License 2.0. The programs of others that it contains are named, each with its
              licence, in the file <span className="font-mono">THIRD-PARTY-LICENSES</span> of the installed package.
            </Trans>
          </p>
        </li>
      </ul>
    </Panel>
  );
}
