import { ModalFrame, type ModalProps } from "./modal-frame.tsx";

/** The place of a sheet: the whole screen on phones, the right side elsewhere. */
const place =
  "inset-0 transition duration-200 data-ending-style:opacity-0 data-starting-style:opacity-0 " +
  "sm:left-auto sm:w-[min(36rem,calc(100vw-4rem))] sm:border-l sm:border-line sm:shadow-lg " +
  "sm:data-ending-style:translate-x-8 sm:data-starting-style:translate-x-8";

/** A panel from the side, for details and longer forms beside the list they belong to. Load it on demand, as `Dialog`. */
export function Sheet(modal: ModalProps) {
  return <ModalFrame {...modal} place={place} />;
}
