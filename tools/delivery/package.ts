import { existsSync } from "node:fs";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DASHBOARD, dashboardModules, ensureDashboard } from "./built.ts";
import { bundle, ROOT } from "./bundle.ts";
import { thirdPartyLicences } from "./licences.ts";

type Description = { [field: string]: unknown };

/**
 * Lays out the published package in `folder`: programs, dashboard, pages, licences and a description of its own. It
 * depends on nothing but the packages that carry Node, which are optional. Returns its version.
 */
export async function layOutPackage(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  await ensureDashboard();
  for (const name of ["index.html", "assets"]) {
    await cp(join(DASHBOARD, name), join(folder, "dashboard", name), { recursive: true });
  }
  const modules = await bundle(join(folder, "dist"));
  const licences = await thirdPartyLicences([...modules, ...(await dashboardModules())]);
  await writeFile(join(folder, "THIRD-PARTY-LICENSES"), `${licences}\n`);
  for (const name of ["bin", "pages"]) {
    const from = join(ROOT, "gateway", name);
    if (existsSync(from)) await cp(from, join(folder, name), { recursive: true });
  }
  for (const name of ["LICENSE", "README.md", "CHANGELOG.md"]) await cp(join(ROOT, name), join(folder, name));

  const { dependencies: _, devDependencies: __, private: ___, ...gateway } = await read("gateway/package.json");
  const { optionalDependencies } = await read("package.json");
  const description = { ...gateway, files: [...(gateway.files as string[]), "CHANGELOG.md"], optionalDependencies };
  await writeFile(join(folder, "package.json"), `${JSON.stringify(description, null, 2)}\n`);
  return String(gateway.version);
}

async function read(file: string): Promise<Description> {
  return JSON.parse(await readFile(join(ROOT, file), "utf8")) as Description;
}
