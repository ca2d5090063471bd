import { X509Certificate } from "node:crypto";
import { canonicalAddress } from "../../kit/addresses.ts";
import { certificateName, namesOf } from "./names.ts";

/** What people are told about a certificate. */
export type CertificateDetails = {
  /** The whole name in one line, the most telling part first. */
  subject: string;
  issuer: string;
  names: string[];
  /** When it ends, in ms since 1970. */
  notAfter: number;
  /** SHA-256 of the whole certificate, in hexadecimal with colons, as browsers show it. */
  fingerprint256: string;
  /** Does a client accept it for this name or address? */
  covers(name: string): boolean;
};

/** Reads the first certificate of a PEM text. Throws when there is none. */
export function certificateDetails(pem: string): CertificateDetails {
  const certificate = new X509Certificate(pem);
  return {
    subject: oneLine(certificate.subject),
    issuer: oneLine(certificate.issuer),
    names: namesOf(certificate),
    notAfter: certificate.validToDate.getTime(),
    fingerprint256: certificate.fingerprint256,
    covers(text) {
      const name = certificateName(text);
      if (!name) return false;
      // Clients look at the alternative names alone (RFC 9525 §2).
      const found = canonicalAddress(name)
        ? certificate.checkIP(name)
        : certificate.checkHost(name, { subject: "never" });
      return found !== undefined;
    },
  };
}

/**
 * The authority's certificate as a file for other devices, in text or binary form. Linux and Android go by `.crt`, and
 * the id in the name tells the authorities of two gateways apart.
 */
export function authorityFile(pem: string, format: "pem" | "der"): { body: string | Buffer; name: string } {
  const certificate = new X509Certificate(pem);
  const id = /^CN=.*?([0-9a-f]{8})$/m.exec(certificate.subject)?.[1];
  const name = `nekzus-authority${id ? `-${id}` : ""}`;
  return format === "pem" ? { body: pem, name: `${name}.crt` } : { body: certificate.raw, name: `${name}.cer` };
}

/** node writes one part a line, the common name last. */
function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").reverse().join(", ");
}
