import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * The licence texts of the packages that the modules belong to, by package name. Throws when a package has neither
 * a licence file nor a licence in its description: such a package cannot be shipped.
 */
export async function thirdPartyLicences(moduleIds: readonly string[]): Promise<string> {
  const folders = new Map<string, string>();
  for (const id of moduleIds) {
    const [, folder, name] = /^(.*[\\/]node_modules[\\/]((?:@[^\\/]+[\\/])?[^\\/]+))[\\/]/.exec(id) ?? [];
    if (folder && name) folders.set(folder, name);
  }
  const parts = await Promise.all([...folders.keys()].sort().map(licenceOf));
  return [
    "Nekzus contains the following packages. Each is used under its own licence.",
    ...parts.sort((a, b) => (a < b ? -1 : 1)),
  ].join(`\n\n${"-".repeat(80)}\n\n`);
}

async function licenceOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, "package.json"), "utf8")) as {
    name: string;
    version: string;
    license?: string;
  };
  const files = (await readdir(folder)).filter((file) => /^(licen[cs]e|copying|notice)/i.test(file)).sort();
  if (files.length === 0 && !license) throw new Error(`${name} says nothing about its licence`);
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), "utf8")));
  return [`${name} ${version}${license ? ` (${license})` : ""}`, ...texts.map((text) => text.trim())].join("\n\n");
}
