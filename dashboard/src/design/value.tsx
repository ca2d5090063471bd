import { useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useRef } from "react";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";
import { useCopy } from "./use-copy.ts";

type ValueProps = {
  children: string;
  /** What it is, for the name of the button: "address". */
  what: string;
  /** In a box of its own, for what is there to be copied. */
  boxed?: boolean;
};

/** An id, an address, a key: in monospace, with a button that copies it. */
export function Value({ children, what, boxed }: ValueProps) {
  const { t } = useLingui();
  const { outcome, copy } = useCopy();
  const text = useRef<HTMLSpanElement>(null);

  async function press(): Promise<void> {
    // Selected, it can be copied by hand.
    if (!(await copy(children)) && text.current) window.getSelection()?.selectAllChildren(text.current);
  }

  return (
    <span
      className={classes(
        "max-w-full items-center gap-1",
        boxed
          ? "flex justify-between rounded-md border border-line bg-sunken py-0.5 pr-0.5 pl-3"
          : "inline-flex align-middle",
      )}
    >
      <span ref={text} className="min-w-0 font-mono text-sm break-all">
        {children}
      </span>
      <IconButton
        size="small"
        label={t`Copy ${what}`}
        icon={outcome === "copied" ? <Check className="text-good" /> : <Copy />}
        onClick={press}
      />
      <span role="status" className={outcome === "refused" ? "text-sm text-bad" : "sr-only"}>
        {outcome === "copied" && t`Copied`}
        {outcome === "refused" && t`Selected; copy it with your keyboard`}
      </span>
    </span>
  );
}
