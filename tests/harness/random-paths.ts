import fc from "fast-check";

const PIECES = [
  "/",
  "//",
  "a",
  "admin",
  "Admin",
  "..",
  ".",
  "...",
  "%2e",
  "%2E%2e",
  "%252e",
  "%2f",
  "%2F",
  "%252f",
  "%5c",
  "\\",
  ";",
  ";a=b",
  "%3b",
  "%00",
  "%0a",
  "%0d%0a",
  "%61",
  "%20",
  "?",
  "#",
  "%",
  "%zz",
  "\x01",
  "\x7f",
  "\xe9",
  "\x80",
  "~",
  "open",
  "strip",
  "api",
  "v1",
  "http:",
  ":",
  "@",
  "|",
];

/** Paths below some prefix, the same ones each time, by whose pieces proxies and apps were made to see different things. */
export function randomPaths(count: number): string[] {
  const path = fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 9 }).map((pieces) => pieces.join(""));
  return fc.sample(path, { numRuns: count, seed: 20_260_101 });
}
