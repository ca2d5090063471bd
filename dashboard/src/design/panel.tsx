import { useLingui } from "@lingui/react/macro";
import { type ReactNode, useId } from "react";
import { classes } from "./classes.ts";
import { PanelBoundary } from "./panel-boundary.tsx";
import { FailureNote } from "./states.tsx";

type PanelProps = {
  /** Names the panel; it is a heading and a landmark. */
  title: ReactNode;
  children: ReactNode;
  /** One line under the title. */
  description?: ReactNode;
  /** Buttons beside the title. */
  actions?: ReactNode;
  /** For a list or table that reaches the panel's edges. */
  flush?: boolean;
  className?: string;
};

/** A part of a screen, with a frame. What breaks inside it stays inside it. */
export function Panel({ title, children, description, actions, flush, className }: PanelProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classes("min-w-0 rounded-lg border border-line bg-surface", className)}>
      <header
        className={classes(
          "flex flex-wrap items-center justify-between gap-x-4 gap-y-1 px-pad pt-pad",
          flush ? "border-b border-line pb-3" : "pb-3",
        )}
      >
        <h2 id={id} className="min-w-0 text-lg font-semibold">
          {title}
        </h2>
        {/* On phones the sentence stays below its title. */}
        {actions && <div className="flex flex-wrap items-center gap-2 max-sm:order-last">{actions}</div>}
        {description && <div className="w-full text-sm text-muted">{description}</div>}
      </header>
      <div className={flush ? undefined : "px-pad pb-pad"}>
        <Guarded>{children}</Guarded>
      </div>
    </section>
  );
}

/** The same protection without a frame, for a part of a screen that draws its own. */
export function Guarded({ children }: { children: ReactNode }) {
  const { t } = useLingui();
  return (
    <PanelBoundary
      fallback={(retry) => (
        <FailureNote
          onRetry={retry}
          failure={{
            title: t`This part could not be shown`,
            text: t`The rest of the page goes on working.`,
          }}
        />
      )}
    >
      {children}
    </PanelBoundary>
  );
}
