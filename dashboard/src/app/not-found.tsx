import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Screen } from "../shell/screen.tsx";

/** For an address below `/ui/` that leads nowhere. */
export function NotFound() {
  const { t } = useLingui();
  return (
    <Screen title={t`There is no such page`}>
      <p className="mb-4 text-muted">
        <Trans>The address may have a slip in it, or the page has moved.</Trans>
      </p>
      <Link to="/" className="text-accent-ink underline">
        <Trans>Go to Home</Trans>
      </Link>
    </Screen>
  );
}
