import { Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";

/** How long a blank page is pleasanter than a flash of text, in ms. */
const BLANK_MS = 400;

/** Until it is known who is signed in. */
export function StartScreen() {
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), BLANK_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center p-6" aria-busy>
      {shown && (
        <div className="flex flex-col items-center gap-3 text-muted">
          <img src="/assets/logo.svg" alt="" className="size-12" />
          <p role="status">
            <Trans>Asking the gateway…</Trans>
          </p>
        </div>
      )}
    </main>
  );
}
