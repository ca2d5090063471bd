import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { Bell } from "./bell.tsx";
import { type Destination, useDestinations } from "./destinations.ts";
import { usePreferences } from "./preferences.tsx";
import { WaitingCount } from "./waiting-count.tsx";

/** The navigation at the left of wide windows. */
export function Rail({ onSearch, onNotices }: { onSearch(): void; onNotices(): void }) {
  const { t } = useLingui();
  const { shortcuts } = usePreferences().preferences;
  return (
    <nav
      aria-label={t`Main`}
      className="sticky top-0 hidden h-dvh w-60 shrink-0 flex-col gap-1 overflow-y-auto border-r border-line bg-surface p-3 md:flex"
    >
      <Link
        to="/"
        className="mb-2 flex items-center gap-2.5 rounded-lg px-2 py-1.5 text-lg font-semibold tracking-tight"
      >
        <img src="/assets/logo.svg" alt="" className="size-7" />
        Nekzus
      </Link>
      <button
        type="button"
        onClick={onSearch}
        className="mb-2 flex items-center gap-2.5 rounded-lg border border-line-strong px-2.5 py-1.5 text-muted hover:bg-hover pointer-coarse:min-h-11"
      >
        <Search aria-hidden size={18} />
        <span className="flex-1 text-left">
          <Trans>Search</Trans>
        </span>
        {shortcuts && (
          <kbd aria-hidden className="font-mono text-sm">
            /
          </kbd>
        )}
      </button>
      <Bell onOpen={onNotices} className="gap-2.5 px-2.5 py-1.5 hover:text-text pointer-coarse:min-h-11">
        <span className="flex-1 text-left">
          <Trans>Notices</Trans>
        </span>
      </Bell>
      <Entries place="top" />
      <div className="flex-1" />
      <Entries place="bottom" />
    </nav>
  );
}

function Entries({ place }: { place: Destination["place"] }) {
  const { i18n } = useLingui();
  const entries = useDestinations().filter((entry) => entry.place === place);
  return (
    <ul className="flex flex-col gap-0.5">
      {entries.map(({ to, label, icon: Icon }) => (
        <li key={to}>
          <Link
            to={to}
            activeOptions={{ exact: to === "/" }}
            className="flex items-center gap-2.5 rounded-lg px-2.5 py-1.5 text-muted hover:bg-hover hover:text-text aria-[current=page]:bg-accent-soft aria-[current=page]:font-medium aria-[current=page]:text-accent-ink pointer-coarse:min-h-11"
          >
            <Icon aria-hidden size={18} />
            <span className="flex-1">{i18n._(label)}</span>
            {to === "/discovery" && <WaitingCount className="px-2 leading-6" />}
          </Link>
        </li>
      ))}
    </ul>
  );
}
