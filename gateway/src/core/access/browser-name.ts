/** Longest User-Agent that is kept, in characters; real ones have some 120. */
const LONGEST = 300;

/** A User-Agent as it is stored: short, and only what can be printed anywhere. */
export function storedUserAgent(header: string | undefined): string {
  return (header ?? "").slice(0, LONGEST).replace(/[^\x20-\x7e]/g, "?");
}

/**
 * Names by their product token (RFC 9110, section 10.1.5), the special one first: nearly every browser says Chrome or
 * Safari too. Some (Brave, Chromium) say nothing of their own and are called by what they claim.
 */
const BROWSERS: readonly [RegExp, string][] = [
  [/\bEdg(?:A|iOS)?\/\d/, "Edge"],
  [/\bOPR\/\d/, "Opera"],
  [/\bVivaldi\/\d/, "Vivaldi"],
  [/\bSamsungBrowser\/\d/, "Samsung Internet"],
  [/\b(?:Firefox|FxiOS)\/\d/, "Firefox"],
  [/\b(?:Headless)?Chrome\/\d|\bCriOS\/\d/, "Chrome"],
  [/\bVersion\/\d.*\bSafari\/\d/, "Safari"],
];

/** An iPad may call itself a Mac; nothing in the text tells. */
const SYSTEMS: readonly [RegExp, string][] = [
  [/\bWindows\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b/, "iPhone"],
  [/\biPad\b/, "iPad"],
  [/\bCrOS\b/, "ChromeOS"],
  [/\bMacintosh\b/, "macOS"],
  [/\bLinux\b/, "Linux"],
];

/**
 * What a User-Agent says in words a person knows: "Firefox on Linux", "Firefox" when the system is not told, and
 * "Unknown browser" for everything that is not one of the common browsers. It is what the browser claims, no more.
 */
export function browserName(userAgent: string): string {
  const browser = userAgent.startsWith("Mozilla/5.0 (") ? first(BROWSERS, userAgent) : undefined;
  if (browser === undefined) return "Unknown browser";
  const system = first(SYSTEMS, /\(([^)]*)\)/.exec(userAgent)?.[1] ?? "");
  return system === undefined ? browser : `${browser} on ${system}`;
}

function first(names: readonly [RegExp, string][], text: string): string | undefined {
  return names.find(([pattern]) => pattern.test(text))?.[1];
}
