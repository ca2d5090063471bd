/** `npm run build`: the dashboard, the bundled programs in gateway/dist, and the licences of what they contain. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dashboardModules, renewDashboard } from "./delivery/built.ts";
import { bundle, ROOT } from "./delivery/bundle.ts";
import { thirdPartyLicences } from "./delivery/licences.ts";
import { replaceFolder } from "./delivery/replace-folder.ts";

const weight = await renewDashboard();
console.log(`built gateway/dashboard; first view: ${weight}`);
const modules = await replaceFolder(join(ROOT, "gateway/dist"), bundle);
const licences = await thirdPartyLicences([...modules, ...(await dashboardModules())]);
await writeFile(join(ROOT, "gateway/THIRD-PARTY-LICENSES"), `${licences}\n`);
console.log("built gateway/dist");
