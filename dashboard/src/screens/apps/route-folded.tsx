import { Trans } from "@lingui/react/macro";
import { ChevronRight } from "lucide-react";
import { type ReactNode, useId } from "react";
import { Badge } from "../../design/badge.tsx";
import { Guarded } from "../../design/panel.tsx";

/** A section of the form that most routes do not need. */
export function FoldedSection({
  title,
  about,
  isOpen,
  onToggle,
  isSet,
  children,
}: {
  title: ReactNode;
  /** What is in it, in a line. */
  about: ReactNode;
  isOpen: boolean;
  onToggle(open: boolean): void;
  /** Something in it is not as it would be by default. */
  isSet: boolean;
  children: ReactNode;
}) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <details
        open={isOpen}
        onToggle={({ currentTarget }) => currentTarget.open !== isOpen && onToggle(currentTarget.open)}
        className="group min-w-0 rounded-lg border border-line bg-surface"
      >
        <summary className="flex min-h-14 list-none items-center gap-3 rounded-lg px-pad py-2.5 select-none hover:bg-hover [&::-webkit-details-marker]:hidden">
          <ChevronRight aria-hidden className="size-4 shrink-0 text-muted transition-transform group-open:rotate-90" />
          <span className="min-w-0 flex-1">
            <h2 id={id} className="font-medium">
              {title}
            </h2>
            <span className="block text-sm text-muted">{about}</span>
          </span>
          {isSet && (
            <Badge>
              <Trans>Set</Trans>
            </Badge>
          )}
        </summary>
        <div className="space-y-5 border-t border-line p-pad">
          <Guarded>{children}</Guarded>
        </div>
      </details>
    </section>
  );
}
