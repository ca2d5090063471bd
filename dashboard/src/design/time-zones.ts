/** A choice of time zone: its id, the place as people write it, and the part of the world it stands under. */
export type ZoneChoice = { id: string; place: string; region: string };

/** The zones this browser knows and `chosen`, by part of the world. `all` is what `Intl.supportedValuesOf` answers. */
export function zoneChoices(all: readonly string[], chosen: string): ZoneChoice[] {
  const ids = new Set([...all.filter((id) => id.includes("/")), "UTC", ...(chosen ? [chosen] : [])]);
  return [...ids].sort().map((id) => {
    const [region = id, ...places] = id.split("/");
    return { id, place: places.join(", ").replaceAll("_", " ") || id, region: places.length > 0 ? region : "" };
  });
}

/** The present time in a zone, such as `Mon, 16:04`; `""` is the browser's own. An unknown zone has none. */
export function timeIn(zone: string, now: number, language: string): string | undefined {
  try {
    const format = { weekday: "short", hour: "numeric", minute: "2-digit", timeZoneName: "short" } as const;
    return new Intl.DateTimeFormat(language, { ...format, timeZone: zone || undefined }).format(now);
  } catch {
    return undefined;
  }
}
