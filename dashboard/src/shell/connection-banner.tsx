import { Plural, Trans } from "@lingui/react/macro";
import { CloudOff } from "lucide-react";
import { Suspense, useEffect, useLayoutEffect, useRef, useState, useSyncExternalStore } from "react";
import { live } from "../api/live-state.ts";
import { lazyPart } from "../api/load-part.ts";
import { useConnection } from "../api/use-link.ts";
import { Button } from "../design/button.tsx";
import { Guarded } from "../design/panel.tsx";
import { useNow } from "../design/use-now.ts";

const SlowerNote = lazyPart(() => import("./slower-note.tsx").then((part) => part.SlowerNote));

/** How long updates may fail to come by themselves before that is said, in ms: restarts and new sign-ins take less. */
const SLOWER_MS = 10_000;

/**
 * Above every screen while the gateway does not answer: when it is asked again, and a way to ask now. While only the event
 * socket is away, that updates are slower.
 */
export function ConnectionBanner() {
  const connection = useConnection();
  const isSlower = useSlower();
  return (
    // Always there: what stands in it is read out when it comes.
    <div role="status" className="sticky top-0 z-30">
      {connection.state === "away" && <Away nextTryAt={connection.nextTryAt} onAsk={connection.retryNow} />}
      {connection.state === "live" && isSlower && (
        <Guarded>
          <Suspense>
            <SlowerNote />
          </Suspense>
        </Guarded>
      )}
    </div>
  );
}

/** Has nobody told for a while what happens, although somebody looks? */
function useSlower(): boolean {
  const state = useSyncExternalStore(live.subscribe, live.get);
  const isSeen = useSyncExternalStore(onSeen, isPageSeen);
  const [isLong, setIsLong] = useState(false);
  useEffect(() => {
    setIsLong(false);
    if (state === "live" || !isSeen) return;
    const timer = setTimeout(setIsLong, SLOWER_MS, true);
    return () => clearTimeout(timer);
  }, [state, isSeen]);
  return isLong && state !== "live";
}

const isPageSeen = () => !document.hidden;
function onSeen(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
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
