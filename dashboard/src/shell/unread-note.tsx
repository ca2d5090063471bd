import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import type { Failure } from "../api/failure.ts";
import { useFailureText } from "../api/failure-text.ts";
import { Button } from "../design/button.tsx";

type UnreadNoteProps = {
  /** What could not be read, in a sentence. */
  children: ReactNode;
  read: { failure: Failure | undefined; isRetrying: boolean; again(): void };
};

/** One line for something beside the point of a screen that could not be read, with a way to try again. */
export function UnreadNote({ children, read: { failure, isRetrying, again } }: UnreadNoteProps) {
  const text = useFailureText(failure);
  return (
    <p role="status" className="flex flex-wrap items-center gap-x-3 text-sm text-muted">
      <span>
        {children} {text?.title}.
      </span>
      <Button size="small" rank="quiet" pending={isRetrying} onClick={again}>
        <Trans>Try again</Trans>
      </Button>
    </p>
  );
}
