import { Problem } from "../../kit/problem.ts";
import type { Storage } from "../storage/storage.ts";
import { certificateDetails } from "./details.ts";
import { createCertificateStore } from "./store.ts";

/** What `nekzus authority` prints. */
export type Authority = { pem: string; subject: string; notAfter: number; fingerprint256: string };

/** What the command line asks a running gateway about certificates. */
export function certificateCommands(authorityPem: () => string | undefined) {
  return {
    async "certificates.authority"(): Promise<Authority> {
      return authority(authorityPem());
    },
  };
}

/** The same from the storage of a gateway that does not run. Throws `NOT_FOUND` before the first start. */
export async function keptAuthority(storage: Storage): Promise<Authority> {
  return authority((await createCertificateStore(storage).read())?.authority);
}

/** What there is to say without an authority. */
export const NO_AUTHORITY =
  "This gateway has no authority of its own: it serves the certificate of server.tls_cert, or was never started.";

function authority(pem: string | undefined): Authority {
  if (!pem) throw new Problem("NOT_FOUND", NO_AUTHORITY);
  const { subject, notAfter, fingerprint256 } = certificateDetails(pem);
  return { pem, subject, notAfter, fingerprint256 };
}
