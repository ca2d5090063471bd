/** Seconds at which the rest is read out; every second would drown everything else. */
const SPOKEN = [300, 120, 60, 30, 10];

/** `4:05`, `1:02:09`: whole seconds as a clock shows them. */
export function clockText(seconds: number): string {
  const rest = Math.max(0, Math.ceil(seconds));
  const parts = [Math.floor(rest / 3600), Math.floor(rest / 60) % 60, rest % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index === 0 ? String(part) : String(part).padStart(2, "0"))).join(":");
}

/** The mark that was reached last: what assistive technology hears changes only when this does. */
export function spokenMark(seconds: number): number | undefined {
  return SPOKEN.findLast((mark) => seconds <= mark);
}
