import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { proposalsList, sourcesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { Disabled, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { SourceRow } from "./source-row.tsx";

/** How often it is looked what was found by now, in ms. */
const EVERY_MS = 5000;

/** Where the gateway looks for services, and how much it found. */
export function DiscoveryStep() {
  const { t } = useLingui();
  const sources = useRead(sourcesList, {}, { every: EVERY_MS });
  const proposals = useRead(proposalsList, {}, { every: EVERY_MS });
  const failureText = useFailureText(sources.failure ?? proposals.failure);
  const count = proposals.data?.length ?? 0;
  const isSearching = sources.data?.sources.some(({ status }) => status === "starting") ?? false;

  function again(): void {
    void sources.again();
    void proposals.again();
  }

  return (
    <div className="space-y-4">
      <p className="text-muted">
        <Trans>
          The gateway looks around for services and proposes them. Nothing is opened to anybody before you approve it.
        </Trans>
      </p>
      {(sources.isLoading || proposals.isLoading) && <Loading count={2} />}
      {!(sources.data && proposals.data) && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {sources.isStale && <Stale since={sources.updatedAt} onRetry={again} />}
      {sources.data && !sources.data.enabled && (
        <Disabled title={t`Discovery is off`}>
          {sources.data.offBecause}{" "}
          <Trans>Without it, apps are added by their address, in the next step or at any time.</Trans>
        </Disabled>
      )}
      {sources.data?.enabled && (
        <>
          {proposals.data && (
            <p role="status" className="text-lg font-medium">
              {count === 0 && isSearching ? (
                <Trans>Looking…</Trans>
              ) : (
                <Plural
                  value={count}
                  _0="Nothing was found that waits for a decision."
                  one="# service waits for your decision."
                  other="# services wait for your decision."
                />
              )}
            </p>
          )}
          <ul className="divide-y divide-line rounded-lg border border-line">
            {sources.data.sources.map((source) => (
              <SourceRow key={source.name} source={source} />
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
