import { readdir, readFile, writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

/** Text, that is; fonts and pictures are compressed already. */
const COMPRESSIBLE = new Set([".js", ".css", ".svg", ".webmanifest"]);

/** Writes `.br` and `.gz` forms beside each file of `folder` that gets smaller by it, as small as they can be. */
export async function compressFiles(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => COMPRESSIBLE.has(extname(name)));
  await Promise.all(
    names.map(async (name) => {
      const plain = await readFile(join(folder, name));
      const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: plain.length };
      const forms = {
        ".br": promisify(brotliCompress)(plain, { params }),
        ".gz": promisify(gzip)(plain, { level: 9 }),
      };
      for (const [end, compressing] of Object.entries(forms)) {
        const compressed = await compressing;
        if (compressed.length < plain.length) await writeFile(join(folder, name + end), compressed);
      }
    }),
  );
}
