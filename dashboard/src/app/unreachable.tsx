import { Trans } from "@lingui/react/macro";
import type { Failure } from "../api/failure.ts";
import { useFailureText } from "../api/failure-text.ts";
import { useSession } from "../api/use-link.ts";
import { Button } from "../design/button.tsx";
import { Entrance } from "../shell/entrance.tsx";

type UnreachableProps = {
  failure: Failure;
  /** It is asked again just now. */
  isRetrying: boolean;
  onAgain(): void;
};

/** The page was loaded, but who is signed in could not be asked. Nobody is signed out by it. */
export function Unreachable({ failure, isRetrying, onAgain }: UnreachableProps) {
  const text = useFailureText(failure);
  const { signedIn } = useSession();
  return (
    <Entrance title={text.title} lead={text.text}>
      <p role="status" className="mb-5 text-muted">
        {text.wayOn} {signedIn && <Trans>You stay signed in.</Trans>}
      </p>
      <Button rank="primary" onClick={onAgain} pending={isRetrying} className="w-full">
        <Trans>Try again</Trans>
      </Button>
    </Entrance>
  );
}
