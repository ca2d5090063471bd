/** `npm run pack [FOLDER]`: writes the package that is published, nekzus-VERSION.tgz, to FOLDER or the current one. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { layOutPackage } from "./delivery/package.ts";

const target = resolve(process.argv[2] ?? ".");
const folder = await mkdtemp(join(tmpdir(), "nekzus-pack-"));
try {
  const version = await layOutPackage(folder);
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  await promisify(execFile)(npm, ["pack", "--pack-destination", target], { cwd: folder });
  console.log(join(target, `nekzus-${version}.tgz`));
} finally {
  await rm(folder, { recursive: true, force: true });
}
