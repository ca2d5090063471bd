/**
 * `node tools/image.ts FOLDER`: prepares what deploy/Dockerfile copies: the package and the health check in `app`,
 * the Node that runs this tool and the command `nekzus` in `bin`, and an empty data folder.
 */
import { chmod, cp, mkdir, realpath, rm, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { ROOT } from "./delivery/bundle.ts";
import { layOutPackage } from "./delivery/package.ts";

const [target] = process.argv.slice(2);
if (target === undefined) throw new Error("say where: node tools/image.ts FOLDER");
const folder = resolve(target);
await rm(folder, { recursive: true, force: true });
await mkdir(join(folder, "data"), { recursive: true });
await layOutPackage(join(folder, "app"));
await mkdir(join(folder, "bin"));
await cp(await realpath(process.execPath), join(folder, "bin/node"));
await chmod(join(folder, "bin/node"), 0o755);
await symlink("/app/bin/nekzus.js", join(folder, "bin/nekzus"));
await cp(join(ROOT, "deploy/health.js"), join(folder, "app/health.js"));
