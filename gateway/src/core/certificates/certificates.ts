import { X509Certificate } from "node:crypto";
import type { Clock, Timer } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import type { ServedCertificate } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import { createLocalAuthority } from "./authority.ts";
import { type CertificateDetails, certificateDetails } from "./details.ts";
import { type CertificateFiles, createCertificateFiles } from "./files.ts";
import { pinOf } from "./pins.ts";
import { createCertificateStore } from "./store.ts";

export type { CertificateDetails } from "./details.ts";
export { certificateName, configuredNames, machineNames } from "./names.ts";

export type Certificates = {
  /** Loads or makes what is served. Throws an error for a person when it cannot be used: the gateway must not start. */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** What the edges serve, for the snapshot. Empty before `start`. */
  served(): ServedCertificate[];
  /** The local authority's certificate, for people to add to their devices; undefined with files. */
  authorityPem(): string | undefined;
  /**
   * The pin of the served key: `sha256/` and the base64 of the SHA-256 of its public key (SPKI, DER; 20 §5.1). Stays
   * when the local certificate is renewed. Undefined before `start`.
   */
  pin(): string | undefined;
  /** What is served, for people: who signed it, for which names, until when. Undefined before `start`. */
  details():
    | { kind: "local-authority" | "own-files"; served: CertificateDetails; authority?: CertificateDetails }
    | undefined;
  /** When each served certificate ends, in ms since 1970, for health and metrics. */
  expiries(): { domain: string; issuer: string; notAfter: number }[];
};

/** How often names, ages and files are looked at. */
const CHECK_MS = 60_000;

/**
 * Certificates of the gateway: a local authority's, or those in `files`. Emits `certificates-changed` when others
 * are to be served.
 *
 * @param parts.names every name that the local certificate should carry; asked again each minute and when the
 *   configuration changes. See `machineNames` and `configuredNames`.
 */
export function createCertificates(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  log: Logger;
  names: () => readonly string[];
  files?: CertificateFiles;
}): Certificates {
  const { clock, bus, log } = parts;
  const source = parts.files
    ? createCertificateFiles(parts.files, clock, log)
    : createLocalAuthority(createCertificateStore(parts.storage), clock, log, parts.names);
  let timer: Timer | undefined;
  let endListening: (() => void)[] = [];
  let checking: Promise<void> = Promise.resolve();

  /** One look at a time, in order. */
  function look(): void {
    checking = checking.then(async () => {
      if (timer && (await source.refresh())) bus.emit("certificates-changed", {});
    });
  }

  return {
    async start() {
      await source.load();
      timer = clock.every(CHECK_MS, look);
      // A reload is also how one says that the files have new contents.
      endListening = [bus.on("config-changed", look), bus.on("config_reload", look)];
    },
    async stop() {
      timer?.cancel();
      timer = undefined;
      for (const end of endListening) end();
      await checking;
    },
    served: () => source.served(),
    authorityPem: () => source.authorityPem(),
    details() {
      const [first] = source.served();
      if (!first) return undefined;
      const served = certificateDetails(first.certificate);
      const authority = source.authorityPem();
      if (!authority) return { kind: "own-files", served };
      return { kind: "local-authority", served, authority: certificateDetails(authority) };
    },
    expiries: () =>
      source.served().map(({ names, certificate }) => {
        const { issuer, validTo } = new X509Certificate(certificate);
        const issuedBy = /^CN=(.*)$/m.exec(issuer)?.[1] ?? issuer;
        return { domain: names[0] ?? "", issuer: issuedBy, notAfter: Date.parse(validTo) };
      }),
    pin() {
      const [first] = source.served();
      return first && pinOf(first.certificate);
    },
  };
}
