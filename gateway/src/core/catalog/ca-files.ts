import { X509Certificate } from "node:crypto";
import { constants } from "node:fs";
import { open } from "node:fs/promises";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";

/** Largest file of certificates, in bytes: the whole set of a browser's authorities is smaller. */
const MAX_BYTES = 512 * 1024;
const CERTIFICATE = /-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g;

/** The certificates in the files that routes name, as they were read last. */
export type CaFiles = {
  /** Reads the files of all routes again and forgets all others. One that cannot be read trusts nobody until it can. */
  refresh(files: readonly string[]): Promise<void>;
  /** Reads a file if it is not known yet. */
  know(file: string): Promise<void>;
  /** The certificates of a file, in PEM; empty when it could not be read. */
  pem(file: string): string;
};

/** Keeps the certificates of the files that routes name. */
export function createCaFiles(log: Logger): CaFiles {
  let known = new Map<string, string>();
  /** Files that were complained about, so that it is said once. */
  const faulty = new Set<string>();

  async function read(file: string): Promise<string> {
    try {
      const pem = await readCaFile(file);
      faulty.delete(file);
      return pem;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (!faulty.has(file))
        log.warn({ file, reason: error.message }, "https apps that need this file are not reached");
      faulty.add(file);
      return "";
    }
  }

  return {
    async refresh(files) {
      const wanted = [...new Set(files)].filter(Boolean);
      known = new Map(await Promise.all(wanted.map(async (file) => [file, await read(file)] as const)));
    },
    async know(file) {
      if (file && !known.has(file)) known.set(file, await read(file));
    },
    pem: (file) => known.get(file) ?? "",
  };
}

/**
 * Reads the certificates of a file, and nothing else of it: a private key that lies in the same file stays there.
 * Throws `VALIDATION_FAILED` for `caFile` when it cannot be read or holds no certificate.
 */
export async function readCaFile(file: string): Promise<string> {
  const text = await readText(file);
  const found = text.match(CERTIFICATE) ?? [];
  if (!found.length) throw refused(`${file} holds no certificate in PEM (-----BEGIN CERTIFICATE-----)`);
  for (const [index, pem] of found.entries()) {
    try {
      new X509Certificate(pem);
    } catch {
      throw refused(`certificate ${index + 1} in ${file} is damaged`);
    }
  }
  return `${found.join("\n")}\n`;
}

async function readText(file: string): Promise<string> {
  try {
    // Without O_NONBLOCK a pipe would be waited for.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const facts = await handle.stat();
      if (!facts.isFile()) throw refused(`${file} is not a file`);
      if (facts.size > MAX_BYTES) throw refused(`${file} is larger than ${MAX_BYTES / 1024} kB`);
      return await handle.readFile("latin1");
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Problem) throw error;
    const code = (error as NodeJS.ErrnoException).code;
    const why = code === "ENOENT" ? "does not exist" : code === "EACCES" ? "may not be read by the gateway" : code;
    throw refused(`${file} ${why}`);
  }
}

function refused(reason: string): Problem {
  return new Problem(
    "VALIDATION_FAILED",
    `The file with the certificates to trust (caFile) cannot be used: ${reason}.`,
    [{ path: "caFile", reason }],
  );
}
