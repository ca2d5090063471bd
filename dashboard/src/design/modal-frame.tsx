import { Dialog as Base } from "@base-ui/react/dialog";
import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { type ReactNode, useRef } from "react";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";

/** What a dialog and a sheet take. */
export type ModalProps = {
  open: boolean;
  /**
   * Escape, the cross, or a press beside it. Close by setting `open` to false; a caller whose form holds changes asks
   * first, and leaves it open where the answer is no.
   */
  onClose(): void;
  title: ReactNode;
  /** One or two sentences under the title, read out with it. */
  description?: ReactNode;
  children?: ReactNode;
  /**
   * Buttons; the safe one carries `data-safe`, and gets the focus where nothing is to be filled in. A paragraph among
   * them stands above them.
   */
  footer?: ReactNode;
  /** Called after the closing animation. */
  onClosed?(): void;
};

/** What dialog and sheet share: backdrop, title, cross, scrolling middle, buttons at the end, where focus begins. */
export function ModalFrame({
  open,
  onClose,
  title,
  description,
  children,
  footer,
  onClosed,
  place,
  role,
}: ModalProps & { place: string; role?: "alertdialog" }) {
  const { t } = useLingui();
  const popup = useRef<HTMLDivElement>(null);
  // A field to fill in, else the safe choice, else the frame: never the cross, never the button that destroys.
  const begin = () =>
    popup.current?.querySelector<HTMLElement>("[data-autofocus]") ??
    popup.current?.querySelector<HTMLElement>(
      "[data-modal-body] :is(input, select, textarea):not(:disabled):not([type=hidden])",
    ) ??
    popup.current?.querySelector<HTMLElement>("[data-safe]") ??
    popup.current;

  return (
    <Base.Root
      open={open}
      onOpenChange={(next) => !next && onClose()}
      onOpenChangeComplete={(now) => !now && onClosed?.()}
    >
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim transition-opacity duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup
          ref={popup}
          {...(role && { role })}
          initialFocus={begin}
          className={classes("fixed z-50 flex flex-col bg-raised text-text outline-none", place)}
        >
          <header className="flex items-start gap-3 px-5 pt-4 pb-3">
            <div className="min-w-0 flex-1 pt-1">
              <Base.Title className="text-lg font-semibold">{title}</Base.Title>
              {description && (
                <Base.Description render={<div />} className="mt-1 text-sm text-muted">
                  {description}
                </Base.Description>
              )}
            </div>
            <IconButton size="small" label={t`Close`} icon={<X />} onClick={onClose} className="-mr-2" />
          </header>
          <div
            data-modal-body
            // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
            tabIndex={0}
            className="min-h-0 flex-1 overflow-y-auto overscroll-contain px-5 pb-5 -outline-offset-2"
          >
            {children}
          </div>
          {footer && (
            <footer className="flex flex-wrap justify-end gap-2 border-t border-line px-5 py-3 pb-[max(0.75rem,env(safe-area-inset-bottom))] [&>p]:basis-full max-sm:[&>:not(p)]:flex-1">
              {footer}
            </footer>
          )}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}
