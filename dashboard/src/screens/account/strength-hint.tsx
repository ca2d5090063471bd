import { Trans } from "@lingui/react/macro";
import { StatusDot } from "../../design/status-dot.tsx";
import { strengthOf } from "./password-strength.ts";

/** What is to be said about a password while it is typed. Not announced: it describes the field that has the focus. */
export function StrengthHint({ password, username }: { password: string; username: string }) {
  if (password === "") return <Trans>At least 8 characters. Four words that do not belong together are best.</Trans>;
  switch (strengthOf(password, username)) {
    case "short":
      return <Trans>At least 8 characters.</Trans>;
    case "guessable":
      return (
        <StatusDot tone="warn">
          <Trans>Easy to guess: a guesser tries this early.</Trans>
        </StatusDot>
      );
    case "fair":
      return (
        <StatusDot tone="info">
          <Trans>Fair. Another word makes it much harder to guess.</Trans>
        </StatusDot>
      );
    case "good":
      return (
        <StatusDot tone="good">
          <Trans>Long enough to be hard to guess, unless you use it elsewhere too.</Trans>
        </StatusDot>
      );
  }
}
