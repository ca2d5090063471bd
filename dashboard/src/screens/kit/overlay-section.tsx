import { useState } from "react";
import { Button } from "../../design/button.tsx";
import { ConfirmProvider, useConfirm } from "../../design/confirm.tsx";
import { Dialog } from "../../design/dialog.tsx";
import { Field } from "../../design/field.tsx";
import { Panel } from "../../design/panel.tsx";
import { Sheet } from "../../design/sheet.tsx";
import { TextInput } from "../../design/text-input.tsx";
import { ToastProvider, useToasts } from "../../design/toast.tsx";
import { Line, Specimen } from "./specimen.tsx";

/** What opens over the page. */
export function OverlaySection() {
  return (
    <ToastProvider>
      <ConfirmProvider>
        <Panel title="Over the page">
          <Dialogs />
          <Questions />
          <Messages />
        </Panel>
      </ConfirmProvider>
    </ToastProvider>
  );
}

function Dialogs() {
  const [open, setOpen] = useState<"dialog" | "sheet">();
  const [name, setName] = useState("Grafana");
  const close = () => setOpen(undefined);
  const modal = {
    onClose: close,
    title: "Rename the app",
    description: "The address stays the same.",
    children: (
      <Field label="Name">
        <TextInput value={name} onChange={setName} />
      </Field>
    ),
    footer: (
      <>
        <Button data-safe onClick={close}>
          Cancel
        </Button>
        <Button rank="primary" onClick={close}>
          Rename app
        </Button>
      </>
    ),
  };
  return (
    <Specimen name="Dialog and sheet">
      <Line>
        <Button onClick={() => setOpen("dialog")}>Open a dialog</Button>
        <Button onClick={() => setOpen("sheet")}>Open a sheet</Button>
      </Line>
      <Dialog {...modal} open={open === "dialog"} />
      <Sheet {...modal} open={open === "sheet"} />
    </Specimen>
  );
}

function Questions() {
  const confirm = useConfirm();
  const [answer, setAnswer] = useState<boolean>();
  return (
    <Specimen name="Confirm by consequence">
      <Line>
        <Button
          onClick={async () =>
            setAnswer(
              await confirm({
                title: "Delete the route to Grafana?",
                text: "You can undo this for a few seconds.",
                consequences: ["Its address stops working at once", "Open connections are closed"],
                action: "Delete route",
                danger: true,
              }),
            )
          }
        >
          Ask
        </Button>
        <Button
          onClick={async () =>
            setAnswer(
              await confirm({
                title: "Restore the backup?",
                consequences: ["Everything changed since yesterday is lost", "All devices sign in again"],
                action: "Restore backup",
                danger: true,
                typeName: "home-gateway",
              }),
            )
          }
        >
          Ask for the name
        </Button>
        <span className="text-sm text-muted">{answer === undefined ? "Not asked" : answer ? "Yes" : "No"}</span>
      </Line>
    </Specimen>
  );
}

function Messages() {
  const { say } = useToasts();
  return (
    <Specimen name="Toasts for one's own actions">
      <Line>
        <Button onClick={() => say({ text: "Route saved" })}>Say</Button>
        <Button onClick={() => say({ text: "Route deleted", undo: () => Promise.resolve() })}>With undo</Button>
        <Button
          onClick={() =>
            say({
              text: "Route disabled",
              undo: () => Promise.reject(new Error("refused")),
              undoFailed: "The route could not be enabled again.",
            })
          }
        >
          Undo that fails
        </Button>
        <Button
          onClick={() => say({ tone: "bad", text: "The route could not be saved. Your changes are still here." })}
        >
          Fault
        </Button>
      </Line>
    </Specimen>
  );
}
