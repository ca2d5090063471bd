import { Trans, useLingui } from "@lingui/react/macro";
import { type ReactNode, Suspense, useRef, useState } from "react";
import { flushSync } from "react-dom";
import { lazyPart } from "../../api/load-part.ts";
import { type Proposal, sourceName } from "../../catalog/proposal.ts";
import { Button } from "../../design/button.tsx";
import { Guarded } from "../../design/panel.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { Select } from "../../design/select.tsx";
import { Empty } from "../../design/states.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { BatchReport } from "./batch-report.tsx";
import { ListHead } from "./list-head.tsx";
import { searchProposals } from "./proposal.ts";
import { ProposalRow } from "./proposal-row.tsx";
import { useDecisions } from "./use-decisions.tsx";
import { useNextFocus } from "./use-next-focus.ts";

const ApproveSheet = lazyPart(() => import("./approve-sheet.tsx").then((part) => part.ApproveSheet));

/** From this many proposals on a search field helps. */
const SEARCH_FROM = 5;

/** What waits for a decision: filtered, chosen, decided one by one or together. */
export function ProposalList({ proposals, empty }: { proposals: readonly Proposal[]; empty: ReactNode }) {
  const { t } = useLingui();
  const [search, setSearch] = useAddressState("q");
  const [source, setSource] = useAddressState("source");
  const [approving, setApproving] = useAddressState("approve");
  const [lingering, setLingering] = useState(approving);
  if (approving && approving !== lingering) setLingering(approving);
  const [ticked, setTicked] = useState<ReadonlySet<string>>(new Set());
  const list = useRef<HTMLElement>(null);
  const decisions = useDecisions();
  const { batch } = decisions;

  const sources = [...new Set(proposals.map((one) => one.source as string))].sort();
  const shown = searchProposals(proposals, search).filter((one) => !source || one.source === source);
  const chosen = shown.filter(({ id }) => ticked.has(id));
  const focus = useNextFocus(
    shown.map(({ id }) => id),
    list,
  );

  function choose(ids: readonly string[], isChosen: boolean): void {
    setTicked((before) => new Set(isChosen ? [...before, ...ids] : [...before].filter((id) => !ids.includes(id))));
  }

  function dismiss(proposal: Proposal): void {
    focus.goOn([proposal.id]);
    void decisions.dismissOne(proposal);
  }

  async function decideChosen(decide: (chosen: readonly Proposal[]) => Promise<unknown>): Promise<void> {
    const deciding = [...chosen];
    await decide(deciding);
    // The buttons go with the last tick.
    flushSync(() => setTicked(new Set()));
    if (document.activeElement === document.body) list.current?.focus();
  }

  const filters = proposals.length >= SEARCH_FROM || search !== "" || source !== "";
  return (
    <>
      {filters && (
        <div className="mb-3 flex flex-wrap gap-2">
          <SearchInput
            className="min-w-44 flex-1 sm:max-w-80"
            label={t`Find a service`}
            value={search}
            onChange={setSearch}
          />
          {(sources.length > 1 || source !== "") && (
            <div className="w-40">
              <Select
                aria-label={t`Source`}
                value={source}
                onChange={setSource}
                options={[
                  { value: "", label: t`All sources` },
                  ...[...new Set([...sources, source])]
                    .filter(Boolean)
                    .map((value) => ({ value, label: sourceName(value).slice(0, 30) })),
                ]}
              />
            </div>
          )}
        </div>
      )}
      {batch && (
        <BatchReport
          batch={batch}
          onLook={(id) => setApproving(id, "step")}
          onClose={() => {
            decisions.clear();
            list.current?.focus();
          }}
        />
      )}
      <section
        ref={list}
        tabIndex={-1}
        aria-label={t`Services that were found`}
        className="rounded-lg border border-line bg-surface"
      >
        {proposals.length === 0 && empty}
        {proposals.length > 0 && (
          <ListHead
            shown={shown.length}
            waiting={proposals.length}
            chosen={chosen.length}
            isRunning={batch?.isRunning === true}
            onChooseAll={(isChosen) =>
              choose(
                shown.map(({ id }) => id),
                isChosen,
              )
            }
            onApprove={() => void decideChosen(decisions.approveAll)}
            onDismiss={() => void decideChosen(decisions.dismissAll)}
          />
        )}
        {proposals.length > 0 && shown.length === 0 && (
          <Empty
            title={t`No service that waits matches the filter.`}
            action={
              <Button
                onClick={() => {
                  setSearch("");
                  setSource("");
                  list.current?.focus();
                }}
              >
                <Trans>Show all</Trans>
              </Button>
            }
          />
        )}
        <ul className="divide-y divide-line">
          {shown.map((proposal) => (
            <Guarded key={proposal.id}>
              <ProposalRow
                proposal={proposal}
                isChosen={ticked.has(proposal.id)}
                onChoose={(isChosen) => choose([proposal.id], isChosen)}
                onApprove={() => setApproving(proposal.id, "step")}
                onDismiss={() => dismiss(proposal)}
              />
            </Guarded>
          ))}
        </ul>
      </section>
      {lingering && (
        <Guarded>
          <Suspense>
            <ApproveSheet
              key={lingering}
              proposals={proposals}
              proposalId={lingering}
              open={approving !== ""}
              onDecided={() => focus.goOn([lingering], "later")}
              onClose={() => setApproving("")}
              onClosed={() => {
                setLingering("");
                focus.release();
              }}
            />
          </Suspense>
        </Guarded>
      )}
    </>
  );
}
