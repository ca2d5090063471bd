import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import type { Proposal } from "../../catalog/proposal.ts";
import { Button } from "../../design/button.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { Empty, Loading } from "../../design/states.tsx";
import { ApproveForm } from "./approve-form.tsx";

type ApproveSheetProps = {
  /** The list as it is now; undefined until it was read. */
  proposals: readonly Proposal[] | undefined;
  proposalId: string;
  open: boolean;
  onClose(): void;
  onClosed(): void;
  onDecided(): void;
};

/** The sheet for one proposal. One that goes while it is looked at stays on screen, and says so. */
export function ApproveSheet({ proposals, proposalId, ...modal }: ApproveSheetProps) {
  const { t } = useLingui();
  const present = proposals?.find(({ id }) => id === proposalId);
  const [last, setLast] = useState(present);
  if (present && present !== last) setLast(present);
  const proposal = present ?? last;
  if (proposal) return <ApproveForm {...modal} proposal={proposal} isGone={!present} />;

  const { open, onClose, onClosed } = modal;
  return (
    <Sheet
      open={open}
      onClose={onClose}
      onClosed={onClosed}
      title={t`Approve a service`}
      footer={
        <Button data-safe onClick={onClose}>
          <Trans>Back to the list</Trans>
        </Button>
      }
    >
      {proposals ? (
        <Empty title={t`This service does not wait for a decision`}>
          <Trans>It was decided already, or it is gone. The list shows what waits now.</Trans>
        </Empty>
      ) : (
        <Loading shape="form" />
      )}
    </Sheet>
  );
}
