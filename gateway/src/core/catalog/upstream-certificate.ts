import type { X509Certificate } from "node:crypto";
import type { TLSSocket } from "node:tls";
import type { connectionTest as contract } from "@nekzus/contract";
import type { z } from "zod";

/** The certificate of an upstream, as a connection test reports it. */
export type UpstreamCertificate = z.output<typeof contract.UpstreamCertificate>;

/** Longest text taken over from a certificate, in characters, and most names: they come from strangers. */
const MAX_TEXT = 200;
const MAX_NAMES = 50;

/** Reads the certificate that the other side showed, trusted or not. Undefined when it showed none. */
export function readCertificate(socket: TLSSocket, host: string): UpstreamCertificate | undefined {
  const shown = socket.getPeerX509Certificate();
  if (!shown) return undefined;
  const names = namesOf(shown.subjectAltName ?? "");
  return {
    subject: oneLine(shown.subject),
    issuer: oneLine(shown.issuer),
    names,
    validFrom: instant(shown.validFromDate),
    validTo: instant(shown.validToDate),
    trusted: socket.authorized,
    ...(!socket.authorized && { problem: problemOf(socket, shown, host, names) }),
  };
}

function problemOf(socket: TLSSocket, shown: X509Certificate, host: string, names: readonly string[]): string {
  const error: unknown = socket.authorizationError;
  const code = typeof error === "string" ? error : String((error as NodeJS.ErrnoException | null)?.code ?? error);
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "it is self-signed: nobody else vouches for it";
    case "SELF_SIGNED_CERT_IN_CHAIN":
      return "it was issued by an authority of its own, which this gateway does not know";
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return "its issuer is not known to this gateway, or the server does not send the certificates in between";
    case "CERT_HAS_EXPIRED":
      return `it has expired on ${shown.validTo}`;
    case "CERT_NOT_YET_VALID":
      return `it is not valid before ${shown.validFrom}; is the clock of one of the two machines wrong?`;
    case "CERT_REVOKED":
      return "it was withdrawn by its issuer";
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return names.length ? `it is not for ${host}, but for ${names.slice(0, 5).join(", ")}` : `it is not for ${host}`;
    default:
      return `it cannot be verified (${code})`;
  }
}

/** node writes `DNS:nas.local, IP Address:192.168.1.5`, and quotes names that could be taken for several. */
function namesOf(subjectAltName: string): string[] {
  const found = subjectAltName.matchAll(/(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g);
  return [...found].slice(0, MAX_NAMES).map(([, name = ""]) => name.slice(0, MAX_TEXT));
}

/** `CN=nas\nO=Home` of node as `CN=nas, O=Home`. */
function oneLine(name: string | undefined): string {
  return (name ?? "").split("\n").join(", ").slice(0, MAX_TEXT);
}

/** A date in a certificate may be one that no calendar knows. */
function instant(date: Date): string {
  return Number.isNaN(date.getTime()) ? "" : date.toISOString();
}
