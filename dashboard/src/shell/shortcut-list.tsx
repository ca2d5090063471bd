import { Trans, useLingui } from "@lingui/react/macro";
import type { ReactNode } from "react";
import { Dialog } from "../design/dialog.tsx";
import { Kbd } from "../design/kbd.tsx";
import { useDestinations } from "./destinations.ts";

/** Which keys do what. */
export function ShortcutList({ onClose }: { onClose(): void }) {
  const { t, i18n } = useLingui();
  const destinations = useDestinations();
  const command = /Mac|iP/.test(navigator.platform) ? "⌘" : t`Ctrl`;
  return (
    <Dialog open title={t`Keyboard shortcuts`} onClose={onClose} size="small">
      <dl className="divide-y divide-line">
        <Row keys={[command, "K"]}>
          <Trans>Search and commands</Trans>
        </Row>
        <Row keys={["/"]}>
          <Trans>Search and commands</Trans>
        </Row>
        <Row keys={["?"]}>
          <Trans>This list</Trans>
        </Row>
        {destinations.map(({ to, label, key }) => (
          <Row key={to} keys={["g", key]}>
            {i18n._(label)}
          </Row>
        ))}
        <Row keys={[t`Esc`]}>
          <Trans>Close what is open</Trans>
        </Row>
      </dl>
      <p className="mt-3 text-sm text-muted">
        <Trans>Single keys can be switched off at Account.</Trans>
      </p>
    </Dialog>
  );
}

function Row({ keys, children }: { keys: string[]; children: ReactNode }) {
  return (
    <div className="flex items-center justify-between gap-4 py-2">
      <dt>{children}</dt>
      <dd className="flex gap-1">
        {keys.map((key) => (
          <Kbd key={key}>{key}</Kbd>
        ))}
      </dd>
    </div>
  );
}
