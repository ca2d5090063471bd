import { crc32, deflateSync } from "node:zlib";
import qrcode from "qrcode-generator";

/** Light squares around the picture (ISO 18004). */
const QUIET = 4;
/** Least width of the picture, in pixels (10 §3.1). */
const WIDTH = 256;

/** A text as QR code, error correction M: rows of 1 (dark) and 0 (light), with the light border. */
export function qrPicture(text: string): string[] {
  const code = qrcode(0, "M");
  code.addData(text, "Byte");
  code.make();
  const count = code.getModuleCount();
  const size = count + 2 * QUIET;
  return Array.from({ length: size }, (_, y) =>
    Array.from({ length: size }, (_, x) => {
      const [row, column] = [y - QUIET, x - QUIET];
      const inside = row >= 0 && row < count && column >= 0 && column < count;
      return inside && code.isDark(row, column) ? "1" : "0";
    }).join(""),
  );
}

/** The picture as PNG in shades of one bit, squares of whole pixels. */
export function qrPng(picture: readonly string[]): Buffer {
  const scale = Math.ceil(WIDTH / picture.length);
  const side = picture.length * scale;
  const rowBytes = Math.ceil(side / 8);
  const pixels = Buffer.alloc((rowBytes + 1) * side);
  for (let y = 0; y < side; y++) {
    const row = picture[Math.floor(y / scale)] as string;
    for (let x = 0; x < side; x++) {
      const at = y * (rowBytes + 1) + 1 + (x >> 3);
      if (row[Math.floor(x / scale)] === "0") pixels[at] = (pixels[at] as number) | (0x80 >> (x & 7));
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header[8] = 1;
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  return Buffer.concat([
    signature,
    chunk("IHDR", header),
    chunk("IDAT", deflateSync(pixels)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** A part of a PNG file: length, name, content, checksum (W3C PNG, section 5.3). */
function chunk(name: string, content: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, "latin1"), content]);
  const out = Buffer.alloc(named.length + 8);
  out.writeUInt32BE(content.length, 0);
  named.copy(out, 4);
  out.writeUInt32BE(crc32(named), named.length + 4);
  return out;
}
