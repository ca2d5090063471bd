import { createHash, X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { connect } from "node:tls";
import { Problem } from "../../kit/problem.ts";

/** Longest wait for a certificate to be shown, in ms. */
const SHOWN_WITHIN_MS = 5000;

/** The pin of a certificate's key: `sha256/` and the base64 of the SHA-256 of its public key (SPKI, DER; 20 §5.1). */
export function pinOf(certificate: string | Buffer): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return `sha256/${createHash("sha256").update(key).digest("base64")}`;
}

/**
 * The pin of the certificate that is shown at an https origin: behind a proxy phones see the proxy's, not ours. It is
 * pinned, so who issued it does not matter. Throws `PAIRING_UNAVAILABLE` when none is shown within 5 s.
 */
export function pinShownAt(origin: string): Promise<string> {
  const { hostname, port } = new URL(origin);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((done, fail) => {
    const socket = connect({
      host,
      port: Number(port || 443),
      rejectUnauthorized: false,
      ...(isIP(host) ? {} : { servername: host }),
    });
    const unseen = (reason: string) => {
      socket.destroy();
      const message = `The certificate at ${origin} that the code must name could not be seen: ${reason}.`;
      const hint = "Phones join there. Mend server.base_url, or the proxy in front of the gateway.";
      fail(new Problem("PAIRING_UNAVAILABLE", `${message} ${hint}`));
    };
    socket.setTimeout(SHOWN_WITHIN_MS, () => unseen("no answer within 5 s"));
    socket.once("error", (error: NodeJS.ErrnoException) => unseen(error.code ?? error.message));
    socket.once("secureConnect", () => {
      const { raw } = socket.getPeerCertificate();
      if (!raw) return unseen("none was shown");
      socket.destroy();
      done(pinOf(raw));
    });
  });
}
