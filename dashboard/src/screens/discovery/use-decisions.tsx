import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import {
  appsList,
  dismissedList,
  proposalApprove,
  proposalDismiss,
  proposalRestore,
  proposalsList,
  routesList,
  sourcesList,
} from "../../api/endpoints.gen.ts";
import { asFailure, type Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { send } from "../../api/gateway.ts";
import { putData, refresh } from "../../api/query-client.ts";
import type { App } from "../../catalog/app.ts";
import type { Proposal } from "../../catalog/proposal.ts";
import { useToasts } from "../../design/toast.tsx";
import { type Barrier, barrierOf } from "./proposal.ts";

/** How one of several decisions ended. */
export type Outcome = { proposal: Proposal } & (
  | { kind: "approved"; app: App }
  | { kind: "dismissed" }
  /** Somebody decided before us; `message` is the gateway's sentence about it. */
  | { kind: "processed"; message: string }
  | { kind: "barred"; barrier: Barrier }
  | { kind: "failed"; failure: Failure }
);

/** Several decisions: what is under way, and how the last ones ended. */
export type Batch = { kind: "approve" | "dismiss"; total: number; outcomes: readonly Outcome[]; isRunning: boolean };

const LISTS = [proposalsList, dismissedList, sourcesList, appsList, routesList];

/** Decisions about proposals, one or several. Nothing here throws. */
export function useDecisions() {
  const { t } = useLingui();
  const { say } = useToasts();
  const [batch, setBatch] = useState<Batch>();

  /** One after the other, so that the limit on requests is not met. */
  async function runAll(
    kind: Batch["kind"],
    proposals: readonly Proposal[],
    decide: (one: Proposal) => Promise<Outcome>,
  ) {
    const outcomes: Outcome[] = [];
    const total = proposals.length;
    setBatch({ kind, total, outcomes, isRunning: true });
    for (const proposal of proposals) {
      const outcome = await decide(proposal).catch((error) => failedOutcome(proposal, error));
      outcomes.push(outcome);
      if (outcome.kind !== "barred" && outcome.kind !== "failed") takeAway(proposal.id);
      setBatch({ kind, total, outcomes: [...outcomes], isRunning: outcomes.length < total });
    }
    void refresh(...LISTS);
    return outcomes;
  }

  async function restoreAll(proposals: readonly Proposal[]): Promise<void> {
    try {
      for (const { id } of proposals) await send(proposalRestore, { params: { proposalId: id } });
    } finally {
      void refresh(...LISTS);
    }
  }

  return {
    batch,
    /** Takes the report of the last batch away. */
    clear: () => setBatch(undefined),

    /** Approves those that need no look, as proposed; says of the others why not. */
    approveAll: (proposals: readonly Proposal[]) => runAll("approve", proposals, approve),

    /** Dismisses all of them; one toast takes all back. */
    async dismissAll(proposals: readonly Proposal[]): Promise<void> {
      const outcomes = await runAll("dismiss", proposals, dismiss);
      const done = outcomes.filter(({ kind }) => kind === "dismissed").map(({ proposal }) => proposal);
      if (done.length === outcomes.length) setBatch(undefined);
      if (done.length === 0) return;
      say({
        text: <Plural value={done.length} one="# service dismissed" other="# services dismissed" />,
        undo: () => restoreAll(done),
        undoFailed: t`Not all dismissals could be taken back. The list of dismissed services shows them.`,
      });
    },

    /** Dismisses one at once; a toast takes it back. */
    async dismissOne(proposal: Proposal): Promise<void> {
      const { name } = proposal.suggestedApp;
      takeAway(proposal.id);
      try {
        const outcome = await dismiss(proposal);
        if (outcome.kind === "processed")
          say({ tone: "bad", text: <AlreadyDecided name={name} message={outcome.message} /> });
        else
          say({
            text: (
              <Trans>
                <Name name={name} /> dismissed
              </Trans>
            ),
            undo: () => restoreAll([proposal]),
            undoFailed: t`The dismissal could not be taken back. The list of dismissed services shows it.`,
          });
      } catch (error) {
        say({
          tone: "bad",
          text: (
            <>
              <Trans>
                <Name name={name} /> was not dismissed.
              </Trans>{" "}
              <FailureSentence failure={asFailure(error)} />
            </>
          ),
        });
      }
      void refresh(...LISTS);
    },
  };
}

/** A name that a container chose: kept short, and never turning the direction of the words around it. */
export function Name({ name }: { name: string }) {
  return <bdi className="font-medium break-words">{shortName(name)}</bdi>;
}

/** At most 60 characters of a name, for titles and sentences. */
export function shortName(name: string): string {
  const signs = [...name];
  return signs.length > 60 ? `${signs.slice(0, 59).join("")}…` : name;
}

/** Somebody else, or another window, was faster. */
export function AlreadyDecided({ name, message }: { name: string; message: string }) {
  return (
    <Trans>
      Nothing was changed for <Name name={name} />. {message}
    </Trans>
  );
}

/** Why something failed, in running text. */
export function FailureSentence({ failure }: { failure: Failure }) {
  const { title, text } = useFailureText(failure);
  return (
    <span>
      {title}. {text}
    </span>
  );
}

/** Off the list at once; reading it anew brings back what still waits. */
function takeAway(proposalId: string): void {
  putData(proposalsList, {}, (before) => before.filter(({ id }) => id !== proposalId));
}

function failedOutcome(proposal: Proposal, error: unknown): Outcome {
  return { kind: "failed", proposal, failure: asFailure(error) };
}

async function approve(proposal: Proposal): Promise<Outcome> {
  const barrier = barrierOf(proposal);
  if (barrier) return { kind: "barred", proposal, barrier };
  const { data } = await send(proposalApprove, { params: { proposalId: proposal.id } });
  return data.status === "approved"
    ? { kind: "approved", proposal, app: data.app }
    : { kind: "processed", proposal, message: data.message };
}

async function dismiss(proposal: Proposal): Promise<Outcome> {
  const { data } = await send(proposalDismiss, { params: { proposalId: proposal.id } });
  return data.status === "dismissed"
    ? { kind: "dismissed", proposal }
    : { kind: "processed", proposal, message: data.message };
}
