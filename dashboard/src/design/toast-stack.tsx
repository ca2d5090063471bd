import { Trans, useLingui } from "@lingui/react/macro";
import { CircleCheck, CircleX, X } from "lucide-react";
import { useRef, useState } from "react";
import { Button } from "./button.tsx";
import { IconButton } from "./icon-button.tsx";
import type { Saying, Toast } from "./saying.ts";
import { usePausableTime } from "./use-pausable-time.ts";

/** How long a toast stays, in milliseconds; longer where something can be taken back. */
const STAY = { plain: 6000, undo: 10_000 };

type ToastStackProps = { sayings: readonly Saying[]; onDismiss(id: number): void; onSay(toast: Toast): void };

/**
 * The toasts that are shown, where neither the menus of rows nor the buttons of a sheet lie below them. Their time stands still while the mouse or the focus is on any of them.
 */
export function ToastStack({ sayings, onDismiss, onSay }: ToastStackProps) {
  const { t } = useLingui();
  const [hovered, setHovered] = useState(false);
  const [focused, setFocused] = useState(false);
  const stack = useRef<HTMLElement>(null);
  const before = useRef<HTMLElement>(null);

  /** A button goes with its card: the focus goes back to where it was before. */
  function giveFocusBack(): void {
    if (!stack.current?.contains(document.activeElement)) return;
    (before.current?.isConnected ? before.current : document.querySelector<HTMLElement>("h1"))?.focus();
  }

  return (
    <section
      ref={stack}
      aria-label={t`Messages`}
      aria-live="polite"
      aria-relevant="additions text"
      onPointerEnter={() => setHovered(true)}
      onPointerLeave={() => setHovered(false)}
      onFocus={({ currentTarget, relatedTarget }) => {
        setFocused(true);
        if (relatedTarget instanceof HTMLElement && !currentTarget.contains(relatedTarget))
          before.current = relatedTarget;
      }}
      onBlur={(event) => setFocused(event.currentTarget.contains(event.relatedTarget))}
      className="pointer-events-none fixed inset-x-3 bottom-[calc(4.5rem+env(safe-area-inset-bottom))] z-70 flex flex-col items-stretch gap-2 md:right-auto md:bottom-5 md:left-65 md:w-96"
    >
      {sayings.map(({ id, toast }) => (
        <Card
          key={id}
          toast={toast}
          // A card that is gone sends no "leave": the time of the others must run again.
          onDismiss={() => {
            giveFocusBack();
            setHovered(false);
            setFocused(false);
            onDismiss(id);
          }}
          onSay={onSay}
          paused={hovered || focused}
        />
      ))}
    </section>
  );
}

type CardProps = { toast: Toast; paused: boolean; onDismiss(): void; onSay(toast: Toast): void };

function Card({ toast, paused, onDismiss, onSay }: CardProps) {
  const { t } = useLingui();
  const [undoing, setUndoing] = useState(false);
  const { text, undo, undoFailed, tone = "good" } = toast;
  const length = undo ? STAY.undo : STAY.plain;
  const left = usePausableTime({ length, paused: paused || undoing || tone === "bad", onEnd: onDismiss });
  const seconds = Math.ceil(left / 1000);

  const takeBack = async () => {
    if (!undo) return;
    setUndoing(true);
    await undo().catch(() => onSay({ tone: "bad", text: undoFailed ?? t`This could not be undone.` }));
    onDismiss();
  };
  return (
    <div className="pointer-events-auto flex items-center gap-2 rounded-lg border border-line-strong/50 bg-raised py-1.5 pr-1.5 pl-3.5 text-sm shadow-lg">
      {tone === "bad" ? (
        <CircleX aria-hidden className="size-4.5 shrink-0 text-bad" />
      ) : (
        <CircleCheck aria-hidden className="size-4.5 shrink-0 text-good" />
      )}
      <p className="min-w-0 flex-1 py-1.5">{text}</p>
      {undo && (
        <Button size="small" pending={undoing} onClick={takeBack}>
          <Trans>Undo</Trans>
          {/* For the eye only: read out every second it would drown everything else. */}
          <span aria-hidden className="ml-1.5 text-muted tabular-nums">
            {seconds}
          </span>
        </Button>
      )}
      <IconButton size="small" label={t`Dismiss`} icon={<X />} onClick={onDismiss} />
    </div>
  );
}
