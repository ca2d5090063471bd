import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { Field } from "./field.tsx";
import { ModalFrame } from "./modal-frame.tsx";
import type { Question } from "./question.ts";
import { TextInput } from "./text-input.tsx";

type ConfirmDialogProps = { question: Question; onAnswer(yes: boolean): void; onClosed(): void };

// A question stays a small box in the middle on phones too: nothing is to be filled in but a name.
const place =
  "inset-x-4 top-[min(16vh,9rem)] mx-auto max-h-[76vh] max-w-md rounded-xl border border-line shadow-lg " +
  "transition duration-150 data-ending-style:opacity-0 data-starting-style:scale-98 data-starting-style:opacity-0";

/** The dialog behind `useConfirm`; focus begins on the safe button. */
export function ConfirmDialog({ question, onAnswer, onClosed }: ConfirmDialogProps) {
  const { t } = useLingui();
  const [open, setOpen] = useState(true);
  const [typed, setTyped] = useState("");
  const { title, text, consequences = [], action, danger, typeName } = question;
  const answer = (yes: boolean) => {
    setOpen(false);
    onAnswer(yes);
  };
  const locked = typeName !== undefined && typed.trim() !== typeName;

  return (
    <ModalFrame
      open={open}
      role="alertdialog"
      place={place}
      title={title}
      description={text}
      onClose={() => answer(false)}
      onClosed={onClosed}
      footer={
        <>
          <Button data-safe data-autofocus onClick={() => answer(false)}>
            {question.keep ?? t`Cancel`}
          </Button>
          <Button rank={danger ? "danger" : "primary"} disabled={locked} onClick={() => answer(true)}>
            {action}
          </Button>
        </>
      }
    >
      {(consequences.length > 0 || typeName !== undefined) && (
        <div className="space-y-4">
          {consequences.length > 0 && (
            <ul
              className={classes("list-disc space-y-1 pl-5 text-sm", danger ? "marker:text-bad" : "marker:text-muted")}
            >
              {consequences.map((consequence, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes while it is shown
                <li key={index}>{consequence}</li>
              ))}
            </ul>
          )}
          {typeName !== undefined && (
            <Field
              label={
                <Trans>
                  Type <span className="rounded-sm bg-sunken px-1 font-mono text-sm">{typeName}</span> to go on
                </Trans>
              }
            >
              <TextInput mono autoComplete="off" value={typed} onChange={setTyped} />
            </Field>
          )}
        </div>
      )}
    </ModalFrame>
  );
}
