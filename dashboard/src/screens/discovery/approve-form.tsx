import { Trans, useLingui } from "@lingui/react/macro";
import { type FormEvent, useId, useRef, useState } from "react";
import { appsList, routesList } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { ConnectionTest } from "../../catalog/connection-test.tsx";
import { KnownAppNote } from "../../catalog/known-app-note.tsx";
import { imageOf } from "../../catalog/presets.ts";
import type { Proposal } from "../../catalog/proposal.ts";
import { Button } from "../../design/button.tsx";
import { Callout } from "../../design/callout.tsx";
import { FormErrors } from "../../design/form-errors.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { FailureNote } from "../../design/states.tsx";
import { usePerson } from "../../shell/person.tsx";
import { useLeaveGuard } from "../../shell/use-leave-guard.ts";
import { type Draft, draftOf, isChanged, isCorrected, pathOfDraft, takenIn, targetOf } from "./approve-draft.ts";
import { ApproveFields } from "./approve-fields.tsx";
import { FoundAt } from "./found-at.tsx";
import { remarkKey, severityOf } from "./proposal.ts";
import { RemarkList } from "./remark-list.tsx";
import { useApproval } from "./use-approval.tsx";
import { useApproveErrors } from "./use-approve-errors.tsx";
import { shortName } from "./use-decisions.tsx";

/** What the form can change of what a connection test suggests. */
const FIXES = ["use-https", "use-http", "accept-certificate", "strip-prefix", "own-host"] as const;

type ApproveFormProps = {
  proposal: Proposal;
  /** It was decided elsewhere, or its service is gone. */
  isGone: boolean;
  open: boolean;
  onClose(): void;
  onClosed(): void;
  /** The proposal is decided; called before `onClose`. */
  onDecided(): void;
};

/** The sheet in which a proposal is looked at, changed, tested and approved. */
export function ApproveForm({ proposal, isGone, open, onClose, onClosed, onDecided }: ApproveFormProps) {
  const { t } = useLingui();
  const formId = useId();
  const [draft, setDraft] = useState<Draft>(() => draftOf(proposal));
  const [confirmed, setConfirmed] = useState<ReadonlySet<string>>(new Set());
  const approval = useApproval(proposal);
  const mayOpenUp = usePerson().may("access:admin");
  const isDecided = useRef(false);
  useLeaveGuard({
    hasChanges: open && !isGone && isChanged(proposal, draft),
    place: "approve",
    isSaved: () => isDecided.current,
    title: t`Leave without approving?`,
    text: t`What you entered is lost. The service goes on waiting.`,
  });
  const apps = useRead(appsList).data ?? [];
  const routes = useRead(routesList).data ?? [];
  const [sent, setSent] = useState(draft);
  const { general, atFields, summary } = useApproveErrors(approval.failure, takenIn(draft, apps, routes), (field) =>
    isCorrected(field, sent, draft),
  );
  const dangers = proposal.securityRemarks.filter((remark) => severityOf(remark) === "danger");
  const unconfirmed = dangers.filter((remark) => !confirmed.has(remarkKey(remark))).length;
  const needsScopes = draft.access === "scopes" && draft.scopes.length === 0;
  const isBarred = unconfirmed > 0 || needsScopes || isGone;
  const target = targetOf(proposal, draft);

  const name = shortName(proposal.suggestedApp.name);
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));

  const headers = {
    isSet: (header: string) => Object.hasOwn(draft.setRequestHeaders, header),
    set: (wanted: Draft["setRequestHeaders"]) => change({ setRequestHeaders: wanted }),
  };

  async function submit(event: FormEvent): Promise<void> {
    event.preventDefault();
    if (isBarred || approval.isRunning) return;
    setSent(draft);
    if (!(await approval.run(draft))) return;
    isDecided.current = true;
    onDecided();
    onClose();
  }

  function close(): void {
    if (!approval.isRunning) onClose();
  }

  return (
    <Sheet
      open={open}
      onClose={close}
      onClosed={onClosed}
      title={
        <Trans>
          Approve <bdi className="break-words">{name}</bdi>
        </Trans>
      }
      description={<FoundAt proposal={proposal} />}
      footer={
        <>
          {unconfirmed > 0 && !isGone && (
            <p id={`${formId}-barred`} className="text-sm font-medium text-bad">
              <Trans>Tick each danger above to say that you know it.</Trans>
            </p>
          )}
          {needsScopes && unconfirmed === 0 && (
            <p id={`${formId}-barred`} className="text-sm font-medium text-bad">
              <Trans>Add at least one scope.</Trans>
            </p>
          )}
          <Button data-safe onClick={close}>
            <Trans>Cancel</Trans>
          </Button>
          <Button
            type="submit"
            form={formId}
            rank="primary"
            disabled={isBarred}
            pending={approval.isRunning}
            aria-describedby={isBarred ? `${formId}-barred` : undefined}
          >
            <Trans>Approve</Trans>
          </Button>
        </>
      }
    >
      <form id={formId} onSubmit={submit} noValidate className="space-y-6 pt-1">
        {isGone && !approval.isRunning && (
          <Callout tone="warn" title={t`This service no longer waits for a decision`} announce>
            <Trans>It was decided in another window or by somebody else, or it is gone.</Trans>
          </Callout>
        )}
        {general && <FailureNote failure={general} />}
        <FormErrors errors={summary} />
        <RemarkList
          remarks={proposal.securityRemarks}
          confirmed={confirmed}
          onConfirm={(key, isConfirmed) =>
            setConfirmed((before) => new Set(isConfirmed ? [...before, key] : [...before].filter((one) => one !== key)))
          }
        />
        <KnownAppNote
          image={imageOf(proposal.suggestedApp.discoveryMeta.identity)}
          name={proposal.suggestedApp.name}
          path={pathOfDraft(draft)}
          values={draft}
          onApply={change}
          headers={mayOpenUp ? headers : undefined}
        />
        <ApproveFields proposal={proposal} draft={draft} onChange={change} apps={apps} errors={atFields} />
        <section aria-label={t`Connection`} className="space-y-2.5 border-t border-line pt-5">
          <h3 className="font-medium">
            <Trans>Test before you approve</Trans>
          </h3>
          {target ? (
            <p className="text-sm text-muted">
              <Trans>
                The gateway asks <span className="font-mono break-all">{target.to}</span> and says what it finds.
              </Trans>
            </p>
          ) : (
            <p className="text-sm text-muted">
              <Trans>
                This port has an address of its own that is known once the app is approved. Test it then, at Apps and
                routes.
              </Trans>
            </p>
          )}
          <ConnectionTest
            target={target}
            fixes={FIXES}
            onFix={({ to, ...options }) => change({ ...options, ...(to && { scheme: schemeIn(to) }) })}
          />
        </section>
      </form>
    </Sheet>
  );
}

function schemeIn(address: string): "http" | "https" {
  return address.startsWith("https:") ? "https" : "http";
}
