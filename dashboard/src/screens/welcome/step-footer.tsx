import { Trans } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Button } from "../../design/button.tsx";

/** The way on from a step: back, past it, or through it by the buttons in `children`. */
export function StepFooter({ onBack, onSkip, children }: { onBack?(): void; onSkip?(): void; children: ReactNode }) {
  return (
    <div className="mt-6 flex flex-wrap gap-2 border-t border-line pt-4">
      {onBack && (
        <Button rank="quiet" onClick={onBack}>
          <Trans>Back</Trans>
        </Button>
      )}
      <div className="flex flex-1 flex-wrap justify-end gap-2">
        {onSkip && (
          <Button rank="quiet" onClick={onSkip}>
            <Trans>Skip</Trans>
          </Button>
        )}
        {children}
      </div>
    </div>
  );
}
