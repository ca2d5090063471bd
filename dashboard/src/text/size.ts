const UNITS: Readonly<Record<string, number>> = {
  gib: 2 ** 30,
  gb: 1e9,
  mib: 2 ** 20,
  mb: 1e6,
  kib: 1024,
  kb: 1000,
  b: 1,
};
const WORDS: Readonly<Record<string, string>> = {
  gib: "GiB",
  gb: "GB",
  mib: "MiB",
  mb: "MB",
  kib: "KiB",
  kb: "kB",
  b: "B",
};

/** Bytes of a text such as `10 MB`, `1 GiB` or `500`; undefined when it is none. */
export function readSize(text: string): number | undefined {
  const match = /^(\d{1,15}(?:\.\d{1,6})?)\s*([kmg]i?b|b)?$/i.exec(text.trim());
  const bytes = match && Math.round(Number(match[1]) * (UNITS[(match[2] ?? "b").toLowerCase()] as number));
  return Number.isSafeInteger(bytes) ? (bytes as number) : undefined;
}

/** The shortest text that means exactly so many bytes. */
export function sizeText(bytes: number): string {
  const unit = Object.keys(UNITS).find((name) => bytes % (UNITS[name] as number) === 0 && bytes > 0) ?? "b";
  return `${bytes / (UNITS[unit] as number)} ${WORDS[unit]}`;
}
