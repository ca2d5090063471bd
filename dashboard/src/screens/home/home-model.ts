import type { App } from "../../catalog/app.ts";
import type { Preferences } from "../../shell/preferences.tsx";
import { scoreOf } from "../../text/search.ts";

type HomePreferences = Preferences["home"];

/** A heading of Home with its apps. */
export type HomeSection = { kind: "favourites" | "recent" | "group" | "hidden"; name: string; apps: App[] };

/** From this many apps on, those that were opened last stand apart. */
const RECENT_FROM = 9;
const RECENT_SHOWN = 6;
/** How many opened apps are remembered (the contract's limit). */
const RECENT_KEPT = 20;

const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/**
 * What stands where on Home: favourites, what was opened last, then the groups by name with the apps without one at the
 * end. Hidden apps only while `arranging`, in a section of their own; an app that moved to favourites stands only there.
 */
export function sectionsOf(apps: readonly App[], home: HomePreferences, arranging: boolean): HomeSection[] {
  const ordered = inOrder(apps, home.order);
  const byId = new Map(ordered.map((app) => [app.id, app]));
  const hidden = new Set(home.hidden);
  const favourites = inOrder(
    ordered.filter((app) => home.favourites.includes(app.id) && !hidden.has(app.id)),
    home.favourites,
  );
  const rest = ordered.filter((app) => !hidden.has(app.id) && !favourites.includes(app));
  const recent =
    arranging || rest.length + favourites.length < RECENT_FROM
      ? []
      : home.recent
          .map((id) => byId.get(id))
          .filter((app) => app !== undefined && rest.includes(app))
          .slice(0, RECENT_SHOWN);
  const groups = [...Map.groupBy(rest, (app) => app.group?.trim() ?? "")].sort(
    ([a], [b]) => Number(a === "") - Number(b === "") || byName.compare(a, b),
  );
  const sections: HomeSection[] = [
    { kind: "favourites", name: "", apps: favourites },
    { kind: "recent", name: "", apps: recent as App[] },
    ...groups.map(([name, members]): HomeSection => ({ kind: "group", name, apps: members })),
    { kind: "hidden", name: "", apps: arranging ? ordered.filter((app) => hidden.has(app.id)) : [] },
  ];
  return sections.filter((section) => section.apps.length > 0);
}

/** In the given order; what is not in it follows by name. */
function inOrder(apps: readonly App[], order: readonly string[]): App[] {
  const place = new Map(order.map((id, at) => [id, at]));
  const last = order.length;
  return [...apps].sort(
    (a, b) => (place.get(a.id) ?? last) - (place.get(b.id) ?? last) || byName.compare(a.name, b.name),
  );
}

/** The apps that every word of the search is found in: name, description, group, tags or id; the name counts most. */
export function searchApps(apps: readonly App[], text: string): App[] {
  return apps
    .map((app) => ({
      app,
      score: scoreOf(text, app.name, [app.id, app.group, app.description, ...app.tags].join(" ")),
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || byName.compare(a.app.name, b.app.name))
    .map(({ app }) => app);
}

/** The list with the app moved by one place among `siblings`, which are shown together; others keep their places. */
export function moved(order: readonly string[], siblings: readonly string[], id: string, by: -1 | 1): string[] {
  const at = siblings.indexOf(id);
  const other = siblings[at + by];
  const all = [...order, ...siblings.filter((sibling) => !order.includes(sibling))];
  if (at < 0 || other === undefined) return all;
  // The siblings as they stand now, so that an order that was never written down is kept.
  const places = siblings.map((sibling) => all.indexOf(sibling)).sort((a, b) => a - b);
  const next = siblings.with(at, other).with(at + by, id);
  next.forEach((sibling, index) => {
    all[places[index] as number] = sibling;
  });
  return all;
}

/** The list with the app in it or not. */
export function toggled(list: readonly string[], id: string): string[] {
  return list.includes(id) ? list.filter((other) => other !== id) : [...list, id];
}

/** The apps opened last, with this one first. */
export function withRecent(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((other) => other !== id)].slice(0, RECENT_KEPT);
}
