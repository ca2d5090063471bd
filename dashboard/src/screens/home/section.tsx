import { Trans, useLingui } from "@lingui/react/macro";
import { Suspense, useId } from "react";
import { lazyPart } from "../../api/load-part.ts";
import type { App } from "../../catalog/app.ts";
import { AppTile, ArrangedTile } from "./app-tile.tsx";
import type { HomeSection } from "./home-model.ts";

const ArrangeButtons = lazyPart(() => import("./arrange-buttons.tsx").then((part) => part.ArrangeButtons));

/** A heading of Home with its tiles. A section that stands alone and has no name needs no heading. */
export function Section({
  section,
  isAlone,
  isArranging,
  onOpen,
}: {
  section: HomeSection;
  isAlone: boolean;
  isArranging: boolean;
  onOpen(app: App): void;
}) {
  const id = useId();
  const { t } = useLingui();
  const name = useSectionName(section);
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={isAlone && !section.name ? "sr-only" : "mb-2.5 text-sm font-semibold text-muted"}>
        {isAlone && !section.name ? t`Apps` : name}
      </h2>
      <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-3">
        {section.apps.map((app) => (
          <li key={app.id} className="min-w-0">
            {isArranging ? (
              <ArrangedTile app={app}>
                <Suspense>
                  <ArrangeButtons app={app} section={section} />
                </Suspense>
              </ArrangedTile>
            ) : (
              <AppTile app={app} onOpen={onOpen} />
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

function useSectionName({ kind, name }: HomeSection) {
  if (kind === "favourites") return <Trans>Favourites</Trans>;
  if (kind === "recent") return <Trans>Opened last</Trans>;
  if (kind === "hidden") return <Trans>Hidden from Home</Trans>;
  return name || <Trans>Other apps</Trans>;
}
