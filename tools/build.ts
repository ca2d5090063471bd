/** `npm run build`: the bundled programs in gateway/dist, and the licences of what they contain. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { bundle, ROOT } from "./delivery/bundle.ts";

const { licences } = await bundle(join(ROOT, "gateway/dist"));
await writeFile(join(ROOT, "gateway/THIRD-PARTY-LICENSES"), `${licences}\n`);
console.log("built gateway/dist");
