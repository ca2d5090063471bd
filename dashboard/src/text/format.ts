/** Dates and numbers in one style: the page's language and the chosen time zone. */

let timeZone: string | undefined;

/** Sets the zone that times are shown in; `""` is the browser's own. An unknown zone is ignored. */
export function showTimeZone(wanted: string): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: wanted || undefined });
    timeZone = wanted || undefined;
  } catch {
    timeZone = undefined;
  }
}

const language = () => document.documentElement.lang || "en";

/** `23 Nov 2026, 15:04` in the page's language. */
export function dateTime(instant: string | number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeStyle: "short", timeZone }).format(
    new Date(instant),
  );
}

/** `23 Nov 2026` in the page's language. */
export function date(instant: string | number): string {
  return new Intl.DateTimeFormat(language(), { dateStyle: "medium", timeZone }).format(new Date(instant));
}

/** `15:04:05` in the page's language. */
export function time(instant: string | number): string {
  return new Intl.DateTimeFormat(language(), { timeStyle: "medium", timeZone }).format(new Date(instant));
}

const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
  ["second", 1000],
];

/** `3 minutes ago`, `in 2 days`: the largest unit that fits. Below ten seconds it says now. */
export function relative(instant: string | number, now = Date.now()): string {
  const distance = new Date(instant).getTime() - now;
  const format = new Intl.RelativeTimeFormat(language(), { numeric: "auto" });
  if (Math.abs(distance) < 10_000) return format.format(0, "second");
  const [unit, length] = STEPS.find(([, size]) => Math.abs(distance) >= size) ?? (["second", 1000] as const);
  return format.format(Math.trunc(distance / length), unit);
}

/** A number with the page's separators. */
export function number(value: number, options?: Intl.NumberFormatOptions): string {
  return new Intl.NumberFormat(language(), options).format(value);
}

/** Milliseconds as `340 ms` or `2.4 s`. */
export function milliseconds(ms: number): string {
  return ms < 1000
    ? number(Math.round(ms), { style: "unit", unit: "millisecond" })
    : number(ms / 1000, { style: "unit", unit: "second", maximumFractionDigits: 1 });
}
