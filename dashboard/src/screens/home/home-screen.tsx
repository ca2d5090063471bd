import { Trans, useLingui } from "@lingui/react/macro";
import { Check, SlidersHorizontal } from "lucide-react";
import { Suspense } from "react";
import { appsList } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { lazyPart } from "../../api/load-part.ts";
import { useRead } from "../../api/use-read.ts";
import { type App, addressOf } from "../../catalog/app.ts";
import { Button } from "../../design/button.tsx";
import { Guarded } from "../../design/panel.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { Empty, FailureNote, Loading, Stale } from "../../design/states.tsx";
import { usePreferences } from "../../shell/preferences.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useAddressState } from "../../shell/use-address-state.ts";
import { ArrangementNote } from "./arrangement-note.tsx";
import { searchApps, sectionsOf, withRecent } from "./home-model.ts";
import { Section } from "./section.tsx";
import { WaitingNote } from "./waiting-note.tsx";

const NoApps = lazyPart(() => import("./no-apps.tsx").then((part) => part.NoApps));
const SetupNote = lazyPart(() => import("./setup-note.tsx").then((part) => part.SetupNote));

/** How often the apps are read while Home is looked at, in ms. */
const EVERY_MS = 15_000;
/** From this many apps on a search field helps. */
const SEARCH_FROM = 7;

/** The start page: every app that the person may open, one click away. */
export function HomeScreen() {
  const { t } = useLingui();
  const [search, setSearch] = useAddressState("q");
  const [arrange, setArrange] = useAddressState("arrange");
  const { preferences, reading, change } = usePreferences();
  const read = useRead(appsList, {}, { every: EVERY_MS });
  const { failure, isStale, isRetrying, updatedAt, again } = read;
  const failureText = useFailureText(failure);
  const isArranging = arrange !== "" && reading.isKnown;
  // Tiles that change places are clicked wrong: they come when their order is known.
  const isLoading = read.isLoading || reading.isLoading;
  const data = isLoading ? undefined : read.data;
  const apps = data ?? [];

  function remember(app: App): void {
    if (!reading.isKnown) return;
    void change({ home: { recent: withRecent(preferences.home.recent, app.id) } });
  }

  const found = search.trim() && !isArranging ? searchApps(apps, search) : undefined;
  const sections = found
    ? [{ kind: "group" as const, name: "", apps: found }].filter((section) => section.apps.length > 0)
    : sectionsOf(apps, preferences.home, isArranging);

  return (
    <Screen
      title={t`Home`}
      actions={
        apps.length > 0 && (
          <>
            {!isArranging && apps.length >= SEARCH_FROM && (
              <search className="min-w-44 flex-1 sm:w-64">
                <form
                  onSubmit={(event) => {
                    event.preventDefault();
                    const [first] = found ?? [];
                    if (!first) return;
                    remember(first);
                    location.assign(addressOf(first));
                  }}
                >
                  <SearchInput label={t`Find an app`} value={search} onChange={setSearch} />
                </form>
              </search>
            )}
            <Button
              rank={isArranging ? "primary" : "quiet"}
              icon={isArranging ? <Check /> : <SlidersHorizontal />}
              disabled={!reading.isKnown}
              onClick={() => setArrange(isArranging ? "" : "on")}
            >
              {isArranging ? <Trans>Done</Trans> : <Trans>Arrange</Trans>}
            </Button>
          </>
        )
      }
    >
      <Guarded>
        <WaitingNote />
        <ArrangementNote isArranging={isArranging} />
      </Guarded>
      {isStale && (
        <div className="mb-4">
          <Stale since={updatedAt} onRetry={again} retrying={isRetrying} />
        </div>
      )}
      {isLoading && <Loading shape="tiles" />}
      {!read.data && failureText && <FailureNote failure={failureText} onRetry={again} retrying={isRetrying} />}
      {data && apps.length === 0 && (
        <Guarded>
          <Suspense>
            <NoApps />
          </Suspense>
        </Guarded>
      )}
      {found?.length === 0 && (
        <Empty title={t`No app matches “${search}”.`}>
          <Trans>The search looks at names, groups, descriptions and tags.</Trans>
        </Empty>
      )}
      {data && sections.length === 0 && !found && apps.length > 0 && (
        <Empty
          title={t`Every app is hidden.`}
          action={
            <Button onClick={() => setArrange("on")}>
              <Trans>Arrange Home</Trans>
            </Button>
          }
        />
      )}
      <div className="space-y-6">
        {sections.map((section) => (
          <Guarded key={`${section.kind} ${section.name}`}>
            <Section section={section} isAlone={sections.length === 1} isArranging={isArranging} onOpen={remember} />
          </Guarded>
        ))}
      </div>
      {data && !preferences.setup.finished && !isArranging && (
        <Guarded>
          <Suspense>
            <SetupNote />
          </Suspense>
        </Guarded>
      )}
    </Screen>
  );
}
