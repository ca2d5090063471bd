import { Plural, Trans } from "@lingui/react/macro";
import { CloudOff } from "lucide-react";
import { useLayoutEffect, useRef } from "react";
import { useConnection } from "../api/use-link.ts";
import { Button } from "../design/button.tsx";
import { useNow } from "../design/use-now.ts";

/** Above every screen while the gateway does not answer: when it is asked again, and a way to ask now. */
export function ConnectionBanner() {
  const connection = useConnection();
  return (
    // Always there: what stands in it is read out when it comes.
    <div role="status" className="sticky top-0 z-30">
      {connection.state === "away" && <Away nextTryAt={connection.nextTryAt} onAsk={connection.retryNow} />}
    </div>
  );
}

function Away({ nextTryAt, onAsk }: { nextTryAt: number | undefined; onAsk(): void }) {
  const box = useRef<HTMLDivElement>(null);

  // The button goes with the banner, and the focus must not.
  useLayoutEffect(
    () => () => {
      if (box.current?.contains(document.activeElement)) document.getElementById("content")?.focus();
    },
    [],
  );

  return (
    <div
      ref={box}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-warn/30 bg-warn-soft px-4 py-2 md:px-8"
    >
      <CloudOff aria-hidden size={18} className="shrink-0 text-warn" />
      <p className="min-w-0 flex-1">
        <strong className="font-medium">
          <Trans>The gateway does not answer.</Trans>
        </strong>{" "}
        <Trans>You stay signed in, and this page goes on by itself.</Trans> <NextTry at={nextTryAt} />
      </p>
      <Button size="small" onClick={onAsk}>
        <Trans>Ask now</Trans>
      </Button>
    </div>
  );
}

/** Not announced: a screen reader would read every second. */
function NextTry({ at }: { at: number | undefined }) {
  const now = useNow(500);
  const seconds = at === undefined ? 0 : Math.ceil((at - now) / 1000);
  return (
    <span aria-hidden className="text-muted">
      {seconds > 0 ? (
        <Plural value={seconds} one="Next try in # second." other="Next try in # seconds." />
      ) : (
        <Trans>Trying…</Trans>
      )}
    </span>
  );
}
