import { classes } from "./classes.ts";
import { ModalFrame, type ModalProps } from "./modal-frame.tsx";

/** Widths of a dialog: a question, a form, a form with columns or output. */
type DialogSize = "small" | "medium" | "large";

const widths: Record<DialogSize, string> = { small: "sm:max-w-md", medium: "sm:max-w-xl", large: "sm:max-w-3xl" };

/** The place of a dialog: the whole screen on phones, the middle elsewhere. */
const place =
  "inset-0 transition duration-150 data-ending-style:opacity-0 data-starting-style:opacity-0 " +
  "sm:inset-auto sm:top-[min(12vh,8rem)] sm:left-1/2 sm:w-[calc(100vw-2rem)] sm:max-h-[min(80vh,50rem)] sm:-translate-x-1/2 " +
  "sm:rounded-xl sm:border sm:border-line sm:shadow-lg sm:data-starting-style:scale-98";

/**
 * A dialog over the page. Focus begins in the first field (or on `data-autofocus`), else on the button with
 * `data-safe`; it returns to where it was. Load it on demand: it brings Base UI's dialog with it.
 */
export function Dialog({ size = "medium", ...modal }: ModalProps & { size?: DialogSize }) {
  return <ModalFrame {...modal} place={classes(place, widths[size])} />;
}
