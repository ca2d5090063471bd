let second = -1;
let text = "";

/** The time as the value of a Date header (RFC 9110, section 6.6.1), made anew once a second. `nowMs`: since 1970. */
export function httpDate(nowMs: number): string {
  const now = Math.floor(nowMs / 1000);
  if (now !== second) {
    second = now;
    text = new Date(nowMs).toUTCString();
  }
  return text;
}
