import { Trans } from "@lingui/react/macro";
import { Hourglass } from "lucide-react";

/** The gateway answers, but the connection on which it tells what happens does not come about. */
export function SlowerNote() {
  return (
    <div className="flex items-center gap-3 border-b border-info/30 bg-info-soft px-4 py-2 max-md:pr-16 md:px-8">
      <Hourglass aria-hidden size={18} className="shrink-0 text-info" />
      <p className="min-w-0 flex-1">
        <strong className="font-medium">
          <Trans>Updates are slower at the moment.</Trans>
        </strong>{" "}
        <Trans>
          The live connection to the gateway is interrupted. What you see is read again from time to time, and
          everything works.
        </Trans>
      </p>
    </div>
  );
}
