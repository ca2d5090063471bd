import { Trans, useLingui } from "@lingui/react/macro";
import { Check, Copy } from "lucide-react";
import { useRef } from "react";
import { Button } from "../../design/button.tsx";
import { useCopy } from "../../design/use-copy.ts";

/** A command for a shell, with a button that copies it. */
export function Command({ title, help, children }: { title: string; help: string; children: string }) {
  const { t } = useLingui();
  const { outcome, copy } = useCopy();
  const text = useRef<HTMLPreElement>(null);

  async function press(): Promise<void> {
    // Selected, it can be copied by hand.
    if (!(await copy(children)) && text.current) window.getSelection()?.selectAllChildren(text.current);
  }

  return (
    <section aria-label={title} className="overflow-hidden rounded-lg border border-line">
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
        <div className="min-w-0 flex-[1_1_14rem]">
          <h3 className="font-medium">{title}</h3>
          <p className="text-sm text-muted">{help}</p>
        </div>
        <Button
          size="small"
          icon={outcome === "copied" ? <Check /> : <Copy />}
          onClick={() => void press()}
          aria-label={t`Copy the command: ${title}`}
        >
          {outcome === "copied" ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
        </Button>
      </div>
      <pre ref={text} className="border-t border-line bg-sunken p-4 font-mono text-sm break-all whitespace-pre-wrap">
        {children}
      </pre>
      <span role="status" className={outcome === "refused" ? "block px-4 py-2 text-sm text-bad" : "sr-only"}>
        {outcome === "copied" && t`Copied`}
        {outcome === "refused" && t`Selected; copy it with your keyboard`}
      </span>
    </section>
  );
}
