import { Trans, useLingui } from "@lingui/react/macro";
import { RotateCw } from "lucide-react";
import { Suspense, useState } from "react";
import { dismissedList, proposalsList, sourcesList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { Button } from "../../design/button.tsx";
import { ButtonLink } from "../../design/button-link.tsx";
import { Guarded } from "../../design/panel.tsx";
import { Disabled, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { Tooltip } from "../../design/tooltip.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { HowToLabel } from "./how-to-label.tsx";
import { ProposalList } from "./proposal-list.tsx";
import { SourcesLine } from "./sources-line.tsx";
import { useRescan } from "./use-rescan.tsx";

const DismissedSheet = lazyPart(() => import("./dismissed-sheet.tsx").then((part) => part.DismissedSheet));

/** How often everything here is read while it is looked at, in ms. */
const EVERY_MS = 5000;

/** Discovery for somebody who may decide. */
export function Discovery() {
  const { t } = useLingui();
  const proposals = useRead(proposalsList, {}, { every: EVERY_MS });
  const sources = useRead(sourcesList, {}, { every: EVERY_MS });
  const dismissed = useRead(dismissedList, {}, { every: EVERY_MS });
  const proposalsFailure = useFailureText(proposals.failure);
  const sourcesFailure = useFailureText(sources.failure);
  const rescan = useRescan(sources.data?.sources, dismissed.data?.length);
  const rescanFailure = useFailureText(rescan.failure);
  const [sheet, setSheet] = useAddressState("dismissed");
  const isOff = sources.data?.enabled === false;
  const count = dismissed.data?.length ?? 0;
  const waiting = proposals.data?.length ?? 0;

  return (
    <Screen
      title={t`Discovery`}
      actions={
        !isOff && (
          <>
            <Button rank="quiet" onClick={() => setSheet("shown", "step")}>
              {count > 0 ? <Trans>Dismissed ({count})</Trans> : <Trans>Dismissed</Trans>}
            </Button>
            <Tooltip speak text={t`Looks at every source anew. Forgets what was dismissed, after asking you.`}>
              <Button className="max-sm:gap-0" icon={<RotateCw />} pending={rescan.isRunning} onClick={rescan.run}>
                <span className="max-sm:sr-only">
                  <Trans>Look again</Trans>
                </span>
              </Button>
            </Tooltip>
          </>
        )
      }
    >
      <Guarded>
        {rescanFailure && (
          <div className="mb-3">
            <FailureNote
              failure={rescanFailure}
              action={
                <Button size="small" rank="quiet" onClick={rescan.reset}>
                  <Trans>Close</Trans>
                </Button>
              }
            />
          </div>
        )}
        {sources.data && !isOff && <SourcesLine sources={sources.data.sources} />}
        {!sources.data && sourcesFailure && (
          <div className="mb-3">
            <FailureNote failure={sourcesFailure} onRetry={sources.again} />
          </div>
        )}
      </Guarded>
      {isOff ? (
        <DiscoveryOff reason={sources.data?.offBecause} />
      ) : (
        <Guarded>
          {proposals.isStale && (
            <div className="mb-3">
              <Stale since={proposals.updatedAt} onRetry={proposals.again} />
            </div>
          )}
          {!proposals.data && proposalsFailure && <FailureNote failure={proposalsFailure} onRetry={proposals.again} />}
          {(proposals.isLoading || (rescan.isRunning && waiting === 0)) && <Loading count={5} />}
          {proposals.data && !(rescan.isRunning && waiting === 0) && (
            <ProposalList proposals={proposals.data} empty={<HowToLabel />} />
          )}
        </Guarded>
      )}
      <Guarded>
        <Lingering isOpen={sheet !== ""}>
          {(onClosed) => <DismissedSheet open={sheet !== ""} onClose={() => setSheet("")} onClosed={onClosed} />}
        </Lingering>
      </Guarded>
    </Screen>
  );
}

function DiscoveryOff({ reason }: { reason: string | undefined }) {
  const { t } = useLingui();
  return (
    <Disabled
      title={t`Discovery is off`}
      action={
        <ButtonLink to="/apps/new" rank="primary">
          <Trans>Add an app by its address</Trans>
        </ButtonLink>
      }
    >
      {reason && <p className="break-words">{reason}</p>}
      <p className="mt-1.5">
        <Trans>
          The setting stands in the gateway's configuration file, and counts as soon as the file is saved. Until then
          apps are added by their address.
        </Trans>
      </p>
    </Disabled>
  );
}

/** Keeps a sheet until its closing animation is over. */
function Lingering({ isOpen, children }: { isOpen: boolean; children(onClosed: () => void): React.ReactNode }) {
  const [isThere, setIsThere] = useState(isOpen);
  if (isOpen && !isThere) setIsThere(true);
  return isThere && <Suspense>{children(() => setIsThere(false))}</Suspense>;
}
