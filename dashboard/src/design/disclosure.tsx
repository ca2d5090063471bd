import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";

type DisclosureProps = {
  title: ReactNode;
  children: ReactNode;
  /** Open from the start. */
  open?: boolean;
  /** Behind the title: how many, or what is set. */
  hint?: ReactNode;
};

/** Something that most people do not need, folded away. */
export function Disclosure({ title, children, open, hint }: DisclosureProps) {
  return (
    <details open={open} className="group rounded-lg border border-line">
      <summary className="flex min-h-control list-none items-center gap-2 rounded-lg px-3 py-1.5 font-medium select-none hover:bg-hover [&::-webkit-details-marker]:hidden">
        <ChevronRight aria-hidden className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
        <span className="min-w-0 flex-1">{title}</span>
        {hint && <span className="text-sm font-normal text-muted">{hint}</span>}
      </summary>
      <div className="border-t border-line p-4">{children}</div>
    </details>
  );
}
