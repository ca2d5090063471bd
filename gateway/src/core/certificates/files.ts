import { createPrivateKey, type KeyObject, X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createSecureContext } from "node:tls";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { ServedCertificate } from "../../wire/snapshot.ts";
import type { CertificateSource } from "./authority.ts";
import { namesOf } from "./names.ts";

/** The files of `server.tls_cert` and `server.tls_key`. */
export type CertificateFiles = { cert: string; key: string };

type Pair = { served: ServedCertificate; leaf: X509Certificate };

/**
 * A certificate that a person keeps in files, for example one that another program renews. A damaged pair is never
 * served and nothing takes its place: at the start it is an error, later the last good pair stays.
 */
export function createCertificateFiles(files: CertificateFiles, clock: Clock, log: Logger): CertificateSource {
  let current: Pair | undefined;
  let complaint = "";

  /** Says a thing once, not every minute. */
  function complain(text: string): void {
    if (text !== complaint && text) log.error({ cert: files.cert, key: files.key }, text);
    complaint = text;
  }

  /** An expired certificate is served, because every browser says so; not serving it would only hide the reason. */
  function lookAtDates({ leaf }: Pair): string {
    if (leaf.validToDate.getTime() <= clock.now()) {
      return `The certificate in ${files.cert} expired on ${leaf.validToDate.toISOString()}: renew it`;
    }
    if (leaf.validFromDate.getTime() > clock.now()) {
      return `The certificate in ${files.cert} is not valid before ${leaf.validFromDate.toISOString()}: check the clock`;
    }
    return "";
  }

  return {
    async load() {
      current = await readPair(files);
      complain(lookAtDates(current));
    },
    async refresh() {
      let found: Pair;
      try {
        found = await readPair(files);
      } catch (error) {
        complain(`${(error as Error).message} The last good certificate stays in use.`);
        return false;
      }
      complain(lookAtDates(found));
      const same =
        found.served.certificate === current?.served.certificate &&
        found.served.privateKey === current?.served.privateKey;
      if (same) return false;
      current = found;
      log.info({ cert: files.cert, names: found.served.names }, "the certificate files changed");
      return true;
    },
    served: () => (current ? [current.served] : []),
    authorityPem: () => undefined,
  };
}

async function readPair(files: CertificateFiles): Promise<Pair> {
  const certificate = await readText("server.tls_cert", files.cert);
  const privateKey = await readText("server.tls_key", files.key);
  const blocks = certificate.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  let leaf: X509Certificate | undefined;
  let key: KeyObject;
  try {
    [leaf] = blocks.map((block) => new X509Certificate(block));
  } catch (error) {
    throw new Error(`server.tls_cert: ${files.cert} holds a damaged certificate.`, { cause: error });
  }
  if (!leaf) throw new Error(`server.tls_cert: ${files.cert} holds no certificate in PEM form.`);
  if (/-----BEGIN ENCRYPTED|^Proc-Type: 4,ENCRYPTED/m.test(privateKey)) {
    throw new Error(`server.tls_key: ${files.key} is protected by a password; give the key without one.`);
  }
  try {
    key = createPrivateKey(privateKey);
  } catch (error) {
    throw new Error(`server.tls_key: ${files.key} holds no usable private key in PEM form.`, { cause: error });
  }
  if (!leaf.checkPrivateKey(key)) {
    throw new Error(`The key in ${files.key} does not belong to the first certificate in ${files.cert}.`);
  }
  try {
    createSecureContext({ cert: certificate, key: privateKey });
  } catch (error) {
    throw new Error(`The certificate in ${files.cert} cannot be served: ${(error as Error).message}.`, {
      cause: error,
    });
  }
  return { leaf, served: { names: namesOf(leaf), certificate, privateKey } };
}

async function readText(setting: string, path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new Error(`${setting}: ${path} cannot be read (${reason}).`, { cause: error });
  }
}
