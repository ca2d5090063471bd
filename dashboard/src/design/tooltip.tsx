import { type ReactNode, useEffect, useId, useRef, useState } from "react";
import { createPortal } from "react-dom";

/** Milliseconds the mouse rests before a tooltip shows; with the keyboard it shows at once. */
const REST = 400;
/** Pixels between the tooltip and what it belongs to, and the least distance from the edge of the window. */
const GAP = 6;

/**
 * A short text that appears on hover and focus. What it says must not be needed: touch never shows it. It stays while
 * the mouse is on it and goes with Escape (WCAG 1.4.13). `speak` says whether the text describes the control to
 * assistive technology; leave it out where the text repeats the control's own name.
 */
export function Tooltip({ text, speak, children }: { text: string; speak?: boolean; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLSpanElement>(null);
  const wait = useRef<ReturnType<typeof setTimeout>>(undefined);
  const id = useId();

  const show = (delay: number) => {
    clearTimeout(wait.current);
    wait.current = setTimeout(setOpen, delay, true);
  };
  const hide = () => {
    clearTimeout(wait.current);
    wait.current = setTimeout(setOpen, 80, false);
  };
  useEffect(() => () => clearTimeout(wait.current), []);
  useEffect(() => {
    if (!open) return;
    const close = (event: KeyboardEvent) => {
      if (event.key === "Escape") setOpen(false);
    };
    document.addEventListener("keydown", close, true);
    return () => document.removeEventListener("keydown", close, true);
  }, [open]);
  useEffect(() => {
    const control = anchor.current?.firstElementChild;
    if (!speak || !control) return;
    control.setAttribute("aria-describedby", id);
    return () => control.removeAttribute("aria-describedby");
  }, [speak, id]);

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only watches; the control inside is what is used
    <span
      ref={anchor}
      className="inline-flex"
      onPointerEnter={(event) => event.pointerType === "mouse" && show(REST)}
      onPointerLeave={hide}
      onPointerDown={() => {
        clearTimeout(wait.current);
        setOpen(false);
      }}
      onFocus={(event) => event.target.matches(":focus-visible") && show(0)}
      onBlur={hide}
    >
      {children}
      {speak && (
        <span id={id} hidden>
          {text}
        </span>
      )}
      {open && anchor.current && (
        <Bubble anchor={anchor.current} text={text} onEnter={() => clearTimeout(wait.current)} onLeave={hide} />
      )}
    </span>
  );
}

type BubbleProps = { anchor: Element; text: string; onEnter(): void; onLeave(): void };

function Bubble({ anchor, text, onEnter, onLeave }: BubbleProps) {
  const place = (bubble: HTMLDivElement | null) => {
    if (!bubble) return;
    const at = anchor.getBoundingClientRect();
    const { width, height } = bubble.getBoundingClientRect();
    const above = at.top - height - GAP;
    const left = Math.min(Math.max(at.left + at.width / 2 - width / 2, GAP), window.innerWidth - width - GAP);
    bubble.style.top = `${above < GAP ? at.bottom + GAP : above}px`;
    bubble.style.left = `${left}px`;
  };
  return createPortal(
    <div
      ref={place}
      aria-hidden
      onPointerEnter={onEnter}
      onPointerLeave={onLeave}
      className="fixed z-60 w-max max-w-72 rounded-md border border-line bg-text px-2.5 py-1 text-sm text-canvas shadow-md"
    >
      {text}
    </div>,
    document.body,
  );
}
