const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** Everything that may stand between the parts of a date (RFC 6265, section 5.1.1). */
const DELIMITERS = /[\t\x20-\x2f\x3b-\x40\x5b-\x60\x7b-\x7e]+/;

/**
 * The time that the Expires of a cookie means, in ms since 1970; undefined when it is none. Read as browsers do
 * (RFC 6265, section 5.1.1): the parts in any order, whatever stands between them.
 */
export function cookieDate(text: string): number | undefined {
  let time: number[] | undefined;
  let day: number | undefined;
  let month: number | undefined;
  let year: number | undefined;
  for (const part of text.split(DELIMITERS)) {
    const clock = time ? null : /^(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\D|$)/.exec(part);
    if (clock) {
      time = clock.slice(1).map(Number);
      continue;
    }
    const ofDay = day === undefined ? /^(\d{1,2})(?:\D|$)/.exec(part) : null;
    if (ofDay) {
      day = Number(ofDay[1]);
      continue;
    }
    const ofYear = MONTHS.indexOf(part.slice(0, 3).toLowerCase());
    if (month === undefined && ofYear >= 0) {
      month = ofYear;
      continue;
    }
    const digits = year === undefined ? /^(\d{2,4})(?:\D|$)/.exec(part) : null;
    if (digits) year = Number(digits[1]);
  }
  if (!time || day === undefined || month === undefined || year === undefined) return undefined;
  if (year >= 70 && year <= 99) year += 1900;
  else if (year <= 69) year += 2000;
  const [hour, minute, second] = time as [number, number, number];
  if (year < 1601 || hour > 23 || minute > 59 || second > 59) return undefined;
  const at = new Date(Date.UTC(year, month, day, hour, minute, second));
  return at.getUTCDate() === day ? at.getTime() : undefined;
}
