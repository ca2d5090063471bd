import { Trans, useLingui } from "@lingui/react/macro";
import { CircleX, PowerOff, RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { dateTime } from "../text/format.ts";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";

type NoticeProps = {
  title: ReactNode;
  /** Why, and what helps. */
  children?: ReactNode;
  /** Such as `<Boxes />`. */
  icon?: ReactNode;
  /** The way on: a button or a link. */
  action?: ReactNode;
};

/** Nothing is here yet, or nothing matches. Says what would be here and how to get it. */
export function Empty({ title, children, icon, action }: NoticeProps) {
  return (
    <div className="flex flex-col items-center px-4 py-10 text-center">
      {icon && (
        <span aria-hidden className="mb-3 rounded-lg border border-line bg-sunken p-2.5 text-muted [&>svg]:size-5">
          {icon}
        </span>
      )}
      <p className="font-medium">{title}</p>
      {children && <div className="mt-1 max-w-prose text-sm text-muted">{children}</div>}
      {action && <div className="mt-4 flex flex-wrap justify-center gap-2">{action}</div>}
    </div>
  );
}

/** A feature is switched off. Says how to switch it on. */
export function Disabled({ icon = <PowerOff />, ...notice }: NoticeProps) {
  return <Empty icon={icon} {...notice} />;
}

/** A failure in words, as `api/failure-text.ts` gives it. */
type Failure = { title: string; text?: string; wayOn?: string };

type FailureNoteProps = {
  failure: Failure;
  /** Tries again; the button stays in place meanwhile. */
  onRetry?(): void;
  retrying?: boolean;
  /** Another way on: a link or a button. */
  action?: ReactNode;
};

/** Something could not be read or done: what happened, what helps, and the button that tries again. */
export function FailureNote({ failure, onRetry, retrying, action }: FailureNoteProps) {
  return (
    <div role="alert" className="flex gap-3 rounded-lg border border-bad/30 bg-bad-soft p-3.5">
      <CircleX aria-hidden className="mt-0.5 size-4.5 shrink-0 text-bad" />
      <div className="min-w-0 flex-1">
        <p className="font-medium">{failure.title}</p>
        {failure.text && <p className="mt-0.5 text-sm">{failure.text}</p>}
        {failure.wayOn && <p className="mt-0.5 text-sm">{failure.wayOn}</p>}
        {(onRetry || action) && (
          <div className="mt-3 flex flex-wrap gap-2">
            {onRetry && (
              <Button size="small" icon={<RotateCw />} pending={retrying} onClick={onRetry}>
                <Trans>Try again</Trans>
              </Button>
            )}
            {action}
          </div>
        )}
      </div>
    </div>
  );
}

type StaleProps = {
  /** When what is shown was read. */
  since: Date | string | number;
  onRetry?(): void;
  retrying?: boolean;
};

/** What is shown is old, because reading it again failed. */
export function Stale({ since, onRetry, retrying }: StaleProps) {
  const asOf = dateTime(new Date(since).getTime());
  return (
    <div
      role="status"
      className="flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-md border border-warn/30 bg-warn-soft px-3 py-1.5 text-sm"
    >
      <span>
        <Trans>Shown as of {asOf}; refreshing failed</Trans>
      </span>
      {onRetry && (
        <Button size="small" rank="quiet" icon={<RotateCw />} pending={retrying} onClick={onRetry}>
          <Trans>Try again</Trans>
        </Button>
      )}
    </div>
  );
}

/** The shape of what is being loaded. */
type LoadingShape = "tiles" | "rows" | "form" | "text";

/** A quiet sketch of what will stand here, announced once as "Loading". `count` is how many tiles or rows. */
export function Loading({
  shape = "rows",
  count = shape === "tiles" ? 6 : 4,
}: {
  shape?: LoadingShape;
  count?: number;
}) {
  const { t } = useLingui();
  const parts = Array.from({ length: count }, (_, index) => index);
  return (
    <div role="status">
      <span className="sr-only">{t`Loading`}</span>
      <div
        aria-hidden
        className={classes(
          "animate-pulse",
          shape === "tiles" && "grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-gap",
          shape === "rows" && "divide-y divide-line",
          shape === "form" && "max-w-xl space-y-5",
          shape === "text" && "space-y-2.5",
        )}
      >
        {parts.map((part) => (
          <Sketch key={part} shape={shape} last={part === count - 1} />
        ))}
      </div>
    </div>
  );
}

const bar = "rounded-sm bg-line";

function Sketch({ shape, last }: { shape: LoadingShape; last: boolean }) {
  if (shape === "tiles") {
    return (
      <div className="flex items-center gap-3 rounded-lg border border-line p-4">
        <div className="size-10 rounded-lg bg-line" />
        <div className="flex-1 space-y-2">
          <div className={classes(bar, "h-3.5 w-1/2")} />
          <div className={classes(bar, "h-3 w-3/4")} />
        </div>
      </div>
    );
  }
  if (shape === "rows") {
    return (
      <div className="flex min-h-row items-center gap-4 px-cell">
        <div className={classes(bar, "h-3.5 w-1/4")} />
        <div className={classes(bar, "h-3.5 w-2/5")} />
        <div className={classes(bar, "ml-auto h-3.5 w-16")} />
      </div>
    );
  }
  if (shape === "form") {
    return (
      <div className="space-y-2">
        <div className={classes(bar, "h-3.5 w-32")} />
        <div className="h-control rounded-md bg-line" />
      </div>
    );
  }
  return <div className={classes(bar, "h-3.5", last ? "w-1/2" : "w-full")} />;
}
