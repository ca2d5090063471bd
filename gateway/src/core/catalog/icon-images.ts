import { createHash } from "node:crypto";

/** An image with its media type; `version` names its bytes. */
export type Icon = { body: Buffer; type: string; version: string };

/** Names an image: other bytes have another name. 64 bits, as nobody gains by two that are alike. */
export function iconVersion(body: Buffer): string {
  return createHash("sha256").update(body).digest("hex").slice(0, 16);
}

/** The media type of an image by its first bytes, whatever the server called it. Undefined for everything else. */
export function imageType(bytes: Buffer): string | undefined {
  const at = (from: number, text: string) => bytes.toString("latin1", from, from + text.length) === text;
  if (at(0, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (at(0, "\xff\xd8\xff")) return "image/jpeg";
  if (at(0, "GIF87a") || at(0, "GIF89a")) return "image/gif";
  if (at(0, "RIFF") && at(8, "WEBP")) return "image/webp";
  if (at(0, "\0\0\x01\0") && bytes.length > 22) return "image/x-icon";
  if (at(4, "ftypavif") || at(4, "ftypavis")) return "image/avif";
  return isSvg(bytes) ? "image/svg+xml" : undefined;
}

/** Where `<svg` has to begin, in bytes. */
const SVG_HEAD = 4096;

/** SVG: nothing but declarations and comments before `<svg`. */
function isSvg(bytes: Buffer): boolean {
  let head = bytes
    .toString("utf8", 0, SVG_HEAD)
    .replace(/^\ufeff/, "")
    .trimStart();
  for (;;) {
    if (/^<svg[\s>]/i.test(head)) return true;
    const end = head.startsWith("<!--") ? "-->" : /^<\?xml|^<!doctype svg/i.test(head) ? ">" : undefined;
    const at = end ? head.indexOf(end) : -1;
    if (!end || at < 0) return false;
    head = head.slice(at + end.length).trimStart();
  }
}
