import { Trans, useLingui } from "@lingui/react/macro";
import { Link } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { IN_BOTTOM_BAR, useDestinations } from "./destinations.ts";
import { WaitingCount } from "./waiting-count.tsx";

const ITEM =
  "flex min-h-14 w-full flex-col items-center justify-center gap-0.5 px-1 text-sm text-muted aria-[current=page]:font-medium aria-[current=page]:text-accent-ink";

/** The navigation at the bottom of narrow windows. */
export function BottomBar({ onSearch }: { onSearch(): void }) {
  const { t, i18n } = useLingui();
  const entries = useDestinations().filter(({ to }) => IN_BOTTOM_BAR.has(to));
  return (
    <nav
      aria-label={t`Main`}
      className="fixed inset-x-0 bottom-0 z-20 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden"
    >
      <ul className="flex">
        {entries.map(({ to, short, icon: Icon }) => (
          <li key={to} className="min-w-0 flex-1">
            <Link to={to} activeOptions={{ exact: to === "/" }} className={ITEM}>
              <span className="relative">
                <Icon aria-hidden size={22} />
                {to === "/discovery" && (
                  <WaitingCount className="absolute -top-1.5 left-3.5 min-w-5 px-1.5 text-center leading-5" />
                )}
              </span>
              <span className="max-w-full truncate">{i18n._(short)}</span>
            </Link>
          </li>
        ))}
        <li className="min-w-0 flex-1">
          <button type="button" onClick={onSearch} className={ITEM}>
            <Search aria-hidden size={22} />
            <Trans>Search</Trans>
          </button>
        </li>
      </ul>
    </nav>
  );
}
