import { createPrivateKey, type KeyObject, randomBytes, X509Certificate } from "node:crypto";
import type { Clock } from "../../kit/clock.ts";
import type { Logger } from "../../kit/log.ts";
import { Problem } from "../../kit/problem.ts";
import type { ServedCertificate } from "../../wire/snapshot.ts";
import { issueAuthority, issueServer, keyToPem, makeKey, type Validity } from "./issue.ts";
import { certificateName, namesOf } from "./names.ts";
import type { CertificateStore, LocalMaterial } from "./store.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const AUTHORITY_LIFE = 3650 * DAY;
/** Apple's systems refuse longer ones: https://support.apple.com/en-us/102028 */
const SERVER_LIFE = 397 * DAY;
/** Clocks of clients differ, so certificates begin a little before they are made. */
const CLOCK_SKEW = HOUR;
/** More names than this are not put into one certificate: it is sent at every handshake. */
const MAX_NAMES = 100;

/** What serves certificates: the local authority, or files that a person gave. */
export type CertificateSource = {
  /** Reads or makes them. Throws an error for a person when they cannot be used. */
  load(): Promise<void>;
  /** Renews or reads again what changed; true when something else is to be served. Never throws. */
  refresh(): Promise<boolean>;
  /** What to serve now; empty before `load`. */
  served(): ServedCertificate[];
  /** The certificate that people may add to their devices, PEM. */
  authorityPem(): string | undefined;
};

type Loaded = LocalMaterial & { names: string[]; authorityCert: X509Certificate; serverCert: X509Certificate };

/**
 * The local authority: made once, unique to this gateway, with one server certificate that it signs anew when a
 * third of its life is left or a name is missing. The server's key stays, so that pins of paired devices stay true.
 *
 * @param names every name that the certificate should carry now
 */
export function createLocalAuthority(
  store: CertificateStore,
  clock: Clock,
  log: Logger,
  names: () => readonly string[],
): CertificateSource {
  let loaded: Loaded | undefined;
  let warned = "";

  /** The names to certify, without those that no certificate can carry. */
  function wantedNames(): string[] {
    const given = names();
    const bad = given.filter((name) => !certificateName(name)).join(", ");
    if (bad && bad !== warned) log.warn({ names: bad }, "these names cannot stand in a certificate and are left out");
    warned = bad;
    const wanted = new Set(["localhost", ...given.map(certificateName).filter((name) => name !== undefined)]);
    return [...wanted].slice(0, MAX_NAMES);
  }

  async function read(): Promise<Loaded | undefined> {
    const material = await store.read().catch((error: unknown) => {
      throw error instanceof Problem ? error : unusable("the private keys cannot be decrypted", error);
    });
    return material && check(material);
  }

  async function makeFirst(): Promise<void> {
    const [authorityKey, serverKey] = [makeKey(), makeKey()];
    const id = randomBytes(4).toString("hex");
    const authority = await issueAuthority(
      `Nekzus local authority ${id}`,
      authorityKey,
      lifeFrom(clock.now(), AUTHORITY_LIFE),
    );
    const server = await issueServer({
      authority,
      authorityKey,
      serverKey,
      names: wantedNames(),
      validity: lifeFrom(clock.now(), SERVER_LIFE),
    });
    const keys = { authorityKey: keyToPem(authorityKey), serverKey: keyToPem(serverKey) };
    await store.keepFirst({ authority, server, ...keys }, clock.now());
    log.info({ authority: id }, "made the local authority and its first certificate");
  }

  /** Signs anew what is due. True when something was. */
  async function renew(): Promise<boolean> {
    const now = clock.now();
    if (loaded && !isDue(loaded, wantedNames(), now)) return false;
    // Another gateway on the same database may have signed meanwhile.
    const kept = await read();
    if (!kept) throw unusable("everything was removed while the gateway was running");
    const wanted = wantedNames();
    if (isDue(kept, wanted, now)) {
      const aged = isAged(kept.serverCert, now);
      const authority = endsWithin(kept.authorityCert, now, SERVER_LIFE) ? await renewAuthority(kept) : kept.authority;
      const server = await issueServer({
        authority,
        authorityKey: createPrivateKey(kept.authorityKey),
        serverKey: createPrivateKey(kept.serverKey),
        // Names that are gone stay until the certificate's age is up: an address often comes back.
        names: aged ? wanted : [...new Set([...wanted, ...kept.names])].slice(0, MAX_NAMES),
        validity: lifeFrom(now, SERVER_LIFE),
      });
      const { authorityKey, serverKey } = kept;
      const next = { authority, authorityKey, server, serverKey };
      await store.replace(next);
      loaded = check(next);
      log.info({ names: loaded.names }, "signed a new certificate");
    } else loaded = kept;
    return true;
  }

  /** The same name and key with a later end, so that certificates of both chain to either. */
  function renewAuthority(kept: Loaded): Promise<string> {
    const name = /^CN=(.+)$/m.exec(kept.authorityCert.subject)?.[1] ?? "Nekzus local authority";
    log.warn(
      { ends: kept.authorityCert.validTo },
      "the local authority's certificate was renewed: devices that trust it need the new one before the old one ends",
    );
    return issueAuthority(name, createPrivateKey(kept.authorityKey), lifeFrom(clock.now(), AUTHORITY_LIFE));
  }

  return {
    async load() {
      loaded = await read();
      if (!loaded) {
        await makeFirst();
        loaded = await read();
      }
      await renew();
    },
    async refresh() {
      try {
        return await renew();
      } catch (error) {
        log.error({ err: error }, "the certificate could not be renewed; the present one stays");
        return false;
      }
    },
    served() {
      if (!loaded) return [];
      return [{ names: loaded.names, certificate: loaded.server, privateKey: loaded.serverKey }];
    },
    authorityPem: () => loaded?.authority,
  };
}

/** Do the parts belong together? Throws when they do not: nothing weaker may take their place in silence. */
function check(material: LocalMaterial): Loaded {
  let authorityCert: X509Certificate;
  let serverCert: X509Certificate;
  let authorityKey: KeyObject;
  let serverKey: KeyObject;
  try {
    authorityCert = new X509Certificate(material.authority);
    serverCert = new X509Certificate(material.server);
    authorityKey = createPrivateKey(material.authorityKey);
    serverKey = createPrivateKey(material.serverKey);
  } catch (error) {
    throw unusable("a certificate or key cannot be read", error);
  }
  if (!authorityCert.ca || !authorityCert.verify(authorityCert.publicKey))
    throw unusable("the authority's certificate is not its own");
  if (!authorityCert.checkPrivateKey(authorityKey)) throw unusable("the authority's key is another one");
  if (!serverCert.checkPrivateKey(serverKey)) throw unusable("the server's key is another one");
  if (!serverCert.verify(authorityCert.publicKey)) throw unusable("the certificate was signed by another authority");
  return { ...material, authorityCert, serverCert, names: namesOf(serverCert) };
}

function unusable(reason: string, cause?: unknown): Error {
  return new Error(
    `The gateway's own certificates cannot be used: ${reason}. Restore the database together with its key file from a ` +
      "backup, or set server.tls_cert and server.tls_key to a certificate of your own. To begin anew with another " +
      "authority (every device must then be paired again), remove the row `certificates.local` from the table secrets.",
    { cause },
  );
}

function lifeFrom(now: number, life: number): Validity {
  return { notBefore: now - CLOCK_SKEW, notAfter: now - CLOCK_SKEW + life };
}

function isDue({ serverCert, names }: Loaded, wanted: readonly string[], now: number): boolean {
  return isAged(serverCert, now) || wanted.some((name) => !names.includes(name));
}

/** Is less than a third of its life left, or does it begin only later, after the clock was set back? */
function isAged(certificate: X509Certificate, now: number): boolean {
  const [begin, end] = [certificate.validFromDate.getTime(), certificate.validToDate.getTime()];
  return end - now < (end - begin) / 3 || now < begin;
}

function endsWithin(certificate: X509Certificate, now: number, ms: number): boolean {
  return certificate.validToDate.getTime() - now < ms;
}
