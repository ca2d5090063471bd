/** The frame of everything one can type or choose in. */
export const inputLook =
  "w-full min-w-0 rounded-md border border-line-strong bg-surface text-base text-text placeholder:text-muted " +
  "disabled:cursor-not-allowed disabled:bg-sunken disabled:text-muted [&[readonly]]:bg-sunken " +
  "aria-invalid:border-bad aria-invalid:ring-1 aria-invalid:ring-bad";

/** Height and inner distance of a control of one line. */
export const inputSize = "min-h-control px-3 py-1";
