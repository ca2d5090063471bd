import { Trans } from "@lingui/react/macro";
import { useState } from "react";
import {
  appsList,
  dismissedList,
  iconPut,
  proposalApprove,
  proposalsList,
  routePatch,
  routesList,
  sourcesList,
} from "../../api/endpoints.gen.ts";
import type { Failure } from "../../api/failure.ts";
import { useChange } from "../../api/use-change.ts";
import { addressOf } from "../../catalog/app.ts";
import { withScheme } from "../../catalog/connection-fixes.ts";
import type { Proposal } from "../../catalog/proposal.ts";
import { TextAnchor } from "../../design/text-link.tsx";
import { useToasts } from "../../design/toast.tsx";
import { bodyOf, type Draft } from "./approve-draft.ts";
import { AlreadyDecided, Name } from "./use-decisions.tsx";

export type Approval = {
  /** Approves as the form stands. Resolves to true when the proposal is decided, by this or by somebody else. */
  run(draft: Draft): Promise<boolean>;
  isRunning: boolean;
  failure: Failure | undefined;
};

/**
 * Approves a proposal with what a person chose, then adds what only an app that exists can have: its picture, and
 * another scheme than the one that was found. Says in a toast how it ended.
 */
export function useApproval(proposal: Proposal): Approval {
  const { say } = useToasts();
  const [isRunning, setIsRunning] = useState(false);
  const approve = useChange(proposalApprove, { refreshes: [proposalsList, dismissedList, sourcesList] });
  const putIcon = useChange(iconPut, { refreshes: [appsList] });
  const patchRoute = useChange(routePatch, { refreshes: [routesList] });

  async function decide(draft: Draft): Promise<boolean> {
    const reply = await approve.run({ params: { proposalId: proposal.id }, body: bodyOf(proposal, draft) });
    if (!reply) return false;
    const { data } = reply;
    if (data.status === "already_processed") {
      const { message } = data;
      say({ tone: "bad", text: <AlreadyDecided name={proposal.suggestedApp.name} message={message} /> });
      return true;
    }
    const { app, route } = data;
    const isPictureKept =
      !draft.picture || (await putIcon.run({ params: { appId: app.id }, body: { image: draft.picture.base64 } }));
    const to = withScheme(route.to, draft.scheme);
    const isSchemeKept =
      to === route.to ||
      (await patchRoute.run({ params: { routeId: route.routeId }, body: { to }, version: route.version }));
    say({
      text: (
        <Trans>
          <Name name={app.name} /> is approved.{" "}
          <TextAnchor href={addressOf(app)} target="_blank">
            Open it
          </TextAnchor>
        </Trans>
      ),
    });
    if (!isPictureKept) {
      say({
        tone: "bad",
        text: (
          <Trans>
            The picture of <Name name={app.name} /> could not be kept. Choose it again at Apps and routes.
          </Trans>
        ),
      });
    }
    if (!isSchemeKept) {
      say({
        tone: "bad",
        text: (
          <Trans>
            <Name name={app.name} /> is still spoken to at <span className="font-mono break-all">{route.to}</span>.
            Change its address at Apps and routes.
          </Trans>
        ),
      });
    }
    return true;
  }

  return {
    isRunning,
    failure: approve.failure,
    async run(draft) {
      setIsRunning(true);
      try {
        return await decide(draft);
      } finally {
        setIsRunning(false);
      }
    },
  };
}
