import { Trans } from "@lingui/react/macro";
import { type ReactNode, useEffect, useRef } from "react";
import { Callout } from "../design/callout.tsx";

/** The page around what is shown before somebody is signed in: one card with the product's name. */
export function Entrance({ title, lead, children }: { title: string; lead: ReactNode; children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);

  useEffect(() => {
    document.title = `${title} · Nekzus`;
    // A field with autofocus has the focus already.
    if (document.activeElement === document.body) heading.current?.focus();
  }, [title]);

  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-md">
        <p className="mb-6 flex items-center justify-center gap-3 text-xl font-semibold tracking-tight">
          <img src="/assets/logo.svg" alt="" className="size-10" />
          Nekzus
        </p>
        <div className="rounded-2xl border border-line bg-surface p-6 shadow-md sm:p-8">
          <h1 ref={heading} tabIndex={-1} className="text-xl font-semibold tracking-tight outline-none">
            {title}
          </h1>
          <p className="mb-5 text-muted">{lead}</p>
          {location.protocol === "http:" && (
            <div className="mb-5">
              <Callout tone="warn" title={<Trans>Not encrypted.</Trans>}>
                <Trans>Whoever is in between can read the password. Use https where you can.</Trans>
              </Callout>
            </div>
          )}
          {children}
        </div>
      </div>
    </main>
  );
}
