import { createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import { canonicalAddress } from "../../kit/addresses.ts";

/** From when until when a certificate holds, in milliseconds since 1970. */
export type Validity = { notBefore: number; notAfter: number };

const ECDSA = { name: "ECDSA", namedCurve: "P-256" } as const;

/** Makes a private key on the curve P-256, which every browser and phone understands. */
export function makeKey(): KeyObject {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey;
}

/** A private key as PEM (PKCS #8). */
export function keyToPem(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }) as string;
}

/** Signs the certificate of an authority with its own key. It may sign servers, and no further authorities. PEM. */
export async function issueAuthority(commonName: string, key: KeyObject, validity: Validity): Promise<string> {
  const x509 = await loadX509();
  const publicKey = publicKeyBytes(key);
  const name = subject(commonName);
  const certificate = await x509.X509CertificateGenerator.create({
    subject: name,
    issuer: name,
    publicKey,
    signingKey: await signingKey(key),
    ...dates(validity),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
    ],
  });
  return pem(certificate);
}

export type ServerRequest = {
  /** The authority's certificate, PEM. */
  authority: string;
  authorityKey: KeyObject;
  serverKey: KeyObject;
  /** Host names, wildcards and addresses; at least one. */
  names: readonly string[];
  validity: Validity;
};

/** Signs the certificate of a server. PEM. */
export async function issueServer(request: ServerRequest): Promise<string> {
  const x509 = await loadX509();
  const authority = new x509.X509Certificate(request.authority);
  const publicKey = publicKeyBytes(request.serverKey);
  const names = request.names.map((value) =>
    canonicalAddress(value) ? { type: "ip" as const, value } : { type: "dns" as const, value },
  );
  const certificate = await x509.X509CertificateGenerator.create({
    // Clients look at the alternative names alone (RFC 9525 §2), so the subject only has to be readable.
    subject: subject("Nekzus"),
    issuer: authority.subjectName,
    publicKey,
    signingKey: await signingKey(request.authorityKey),
    ...dates(request.validity),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names),
      await x509.SubjectKeyIdentifierExtension.create(publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  return pem(certificate);
}

function subject(commonName: string): Record<string, string[]>[] {
  return [{ O: ["Nekzus"] }, { CN: [commonName] }];
}

function dates({ notBefore, notAfter }: Validity) {
  return { notBefore: new Date(notBefore), notAfter: new Date(notAfter) };
}

function publicKeyBytes(privateKey: KeyObject): Uint8Array<ArrayBuffer> {
  return new Uint8Array(createPublicKey(privateKey).export({ type: "spki", format: "der" }));
}

function signingKey(key: KeyObject) {
  return key.toCryptoKey(ECDSA, false, ["sign"]);
}

function pem(certificate: { toString(format: "pem"): string }): string {
  return `${certificate.toString("pem").trim()}\n`;
}

/**
 * Loads the library only when something is to be signed, which is rare. It finds its parts with tsyringe, which
 * refuses to load without `Reflect.getMetadata`, a function of TypeScript's old decorators. No metadata is ever
 * stored here, so "none" is the right answer.
 */
function loadX509(): Promise<typeof import("@peculiar/x509")> {
  const reflect = Reflect as { getMetadata?: () => undefined; getOwnMetadata?: () => undefined };
  reflect.getMetadata ??= () => undefined;
  reflect.getOwnMetadata ??= () => undefined;
  return import("@peculiar/x509");
}
