import { Plural, Trans, useLingui } from "@lingui/react/macro";
import type { discovery } from "@nekzus/contract";
import { useEffect, useState } from "react";
import type { Data } from "../../api/endpoint.ts";
import { dismissedList, proposalsList, rediscover, sourcesList } from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { refresh } from "../../api/query-client.ts";
import { useChange } from "../../api/use-change.ts";
import { useConfirm } from "../../design/confirm.tsx";
import { useToasts } from "../../design/toast.tsx";

type Sources = Data<typeof discovery.sourcesList>["sources"];

/** Longest wait for the sources to have looked, in ms. A source that takes longer goes on in the background. */
const PATIENCE_MS = 20_000;
/** How often the sources are asked meanwhile, in ms. */
const EVERY_MS = 1000;

/** Looks for services anew, which also forgets what was dismissed. */
export function useRescan(sources: Sources | undefined, dismissed: number | undefined): Rescan {
  const { t } = useLingui();
  const confirm = useConfirm();
  const { say } = useToasts();
  const change = useChange(rediscover, { refreshes: [proposalsList, dismissedList] });
  /** When each source had looked before; undefined when nothing is waited for. */
  const [before, setBefore] = useState<ReadonlyMap<string, string | undefined>>();
  const isWaiting = before !== undefined;
  const haveLooked =
    isWaiting && sources?.every(({ name, lastLook, status }) => status === "failing" || lastLook !== before.get(name));

  useEffect(() => {
    if (!isWaiting) return;
    const asking = setInterval(() => void refresh(sourcesList), EVERY_MS);
    const giveUp = setTimeout(setBefore, PATIENCE_MS, undefined);
    return () => {
      clearInterval(asking);
      clearTimeout(giveUp);
    };
  }, [isWaiting]);

  useEffect(() => {
    if (!haveLooked) return;
    // Looked at again before the list is shown as empty.
    void refresh(proposalsList, dismissedList).then(() => setBefore(undefined));
  }, [haveLooked]);

  async function run(): Promise<void> {
    if (change.isRunning || isWaiting) return;
    if (dismissed !== 0) {
      const consequence =
        dismissed === undefined ? (
          <Trans>Services that were dismissed are proposed again.</Trans>
        ) : (
          <Plural
            value={dismissed}
            one="# dismissed service is proposed again, if it still runs."
            other="# dismissed services are proposed again, those that still run."
          />
        );
      const yes = await confirm({
        title: t`Look again and forget what was dismissed?`,
        text: t`Every source is looked at anew.`,
        consequences: [consequence],
        action: t`Look again`,
      });
      if (!yes) return;
    }
    const looks = new Map(sources?.map(({ name, lastLook }) => [name, lastLook]));
    const reply = await change.run();
    if (!reply) return;
    setBefore(looks);
    const forgotten = reply.data.dismissedCleared;
    say({
      text:
        forgotten > 0 ? (
          <Plural
            value={forgotten}
            one="Looking again. # dismissal was forgotten."
            other="Looking again. # dismissals were forgotten."
          />
        ) : (
          <Trans>Looking again.</Trans>
        ),
    });
  }

  return { run, isRunning: change.isRunning || isWaiting, failure: change.failure, reset: change.reset };
}

export type Rescan = {
  /** Asks first where dismissals would be forgotten. */
  run(): Promise<void>;
  /** Asked for, and not every source has looked yet. */
  isRunning: boolean;
  failure: Failure | undefined;
  /** Forgets the failure. */
  reset(): void;
};
