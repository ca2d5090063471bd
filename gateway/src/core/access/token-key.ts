import { randomId } from "../../kit/ids.ts";
import { namedSecret } from "../storage/secrets.ts";
import type { Storage } from "../storage/storage.ts";

/** Shortest secret from the configuration, in bytes (10 §2.1). */
const SHORTEST = 32;

/**
 * The key of the tokens, base64url: from `auth.hs256_secret` when it is set, else made once and kept sealed in the
 * storage. Throws an error for a person when the configured secret is too short.
 */
export async function tokenKey(storage: Storage, configured: string | undefined): Promise<string> {
  if (!configured) return namedSecret(storage, "access.token-key", () => randomId("", SHORTEST));
  const bytes = Buffer.from(configured);
  if (bytes.length < SHORTEST) {
    throw new Error(
      `auth.hs256_secret is shorter than ${SHORTEST} bytes. Leave it out, and the gateway makes its own.`,
    );
  }
  return bytes.toString("base64url");
}
