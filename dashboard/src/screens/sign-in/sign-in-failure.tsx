import { Plural, Trans } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import type { Failure } from "../../api/failure.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { Callout } from "../../design/callout.tsx";

/** The time until the gateway takes another try, in whole seconds; undefined when it may be now. Counts down. */
export function useWait(failure: Failure | undefined): number | undefined {
  const until = failure?.kind === "limited" ? failure.retryAt : undefined;
  const [left, setLeft] = useState<number>();

  useEffect(() => {
    const update = () => {
      const seconds = until === undefined ? 0 : Math.ceil((until - Date.now()) / 1000);
      setLeft(seconds > 0 ? seconds : undefined);
      return seconds > 0;
    };
    if (!update()) return;
    const timer = setInterval(() => update() || clearInterval(timer), 250);
    return () => clearInterval(timer);
  }, [until]);

  return left;
}

/** Why the gateway did not let somebody in, with the waiting time after too many tries. */
export function SignInFailure({ failure, wait }: { failure: Failure | undefined; wait: number | undefined }) {
  const text = useFailureText(failure);
  if (!failure || !text) return null;
  if (failure.kind === "limited") {
    return (
      <Callout tone="warn" title={<Trans>Too many tries</Trans>} announce>
        {wait === undefined ? (
          <Trans>You can try again now.</Trans>
        ) : (
          <span aria-live="off">
            {wait < 90 ? (
              <Plural value={wait} one="Try again in # second." other="Try again in # seconds." />
            ) : (
              <Plural value={Math.ceil(wait / 60)} one="Try again in # minute." other="Try again in # minutes." />
            )}
          </span>
        )}
      </Callout>
    );
  }
  const isRefused = failure.status === 401;
  return (
    <Callout tone="bad" title={isRefused ? failure.message : text.title} announce>
      {!isRefused && text.text}
    </Callout>
  );
}
