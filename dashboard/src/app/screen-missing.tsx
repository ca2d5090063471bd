import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../design/button.tsx";
import { Screen } from "../shell/screen.tsx";

/** For a screen whose program could not be loaded: the gateway is away, or is a newer one by now. */
export function ScreenMissing({ onAgain }: { onAgain(): void }) {
  const { t } = useLingui();
  return (
    <Screen title={t`This page could not be loaded`}>
      <p className="mb-4 text-muted">
        <Trans>The gateway did not answer, or has been updated since you opened the dashboard.</Trans>
      </p>
      <div className="flex flex-wrap gap-2">
        <Button rank="primary" onClick={onAgain}>
          <Trans>Try again</Trans>
        </Button>
        <Button onClick={() => location.reload()}>
          <Trans>Load the dashboard anew</Trans>
        </Button>
      </div>
    </Screen>
  );
}
