import { type ReactNode, Suspense, useId, useRef, useState } from "react";
import { lazyPart } from "../api/load-part.ts";
import { classes } from "./classes.ts";

const load = () => import("./popover-box.tsx").then((part) => part.PopoverBox);
const PopoverBox = lazyPart(load);
/** Ahead of a press; that it failed is said by the press. */
const preload = () => void load().catch(() => undefined);

type PopoverProps = {
  /** What the box says more about; its heading. */
  title: ReactNode;
  /** What stands on the button. */
  trigger: ReactNode;
  /** Read out behind the button's text: "details of Grafana". */
  about: string;
  /** What the box holds. */
  children: ReactNode;
  className?: string;
};

/**
 * More about a thing in a small box beside it, by mouse, finger and keyboard alike. The box takes the focus; Escape, the
 * cross and a press elsewhere close it. Its code is loaded when the button is first approached.
 */
export function Popover({ title, trigger, about, children, className }: PopoverProps) {
  const [open, setOpen] = useState(false);
  const anchor = useRef<HTMLButtonElement>(null);
  const id = useId();
  return (
    <>
      <button
        ref={anchor}
        type="button"
        aria-haspopup="dialog"
        aria-expanded={open}
        aria-controls={open ? id : undefined}
        onPointerEnter={preload}
        onFocus={preload}
        onClick={() => setOpen(true)}
        className={classes("min-h-6 rounded-sm text-left pointer-coarse:min-h-11", className)}
      >
        {trigger}
        <span className="sr-only"> {about}</span>
      </button>
      {open && (
        <Suspense>
          <PopoverBox id={id} title={title} anchor={anchor} onClose={() => setOpen(false)}>
            {children}
          </PopoverBox>
        </Suspense>
      )}
    </>
  );
}
