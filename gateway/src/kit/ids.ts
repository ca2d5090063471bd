import { createHash, randomBytes, timingSafeEqual } from "node:crypto";

/** A random id: `prefix` followed by `bytes` random bytes in base64url (16 bytes are 128 bits). */
export function randomId(prefix = "", bytes = 16): string {
  return prefix + randomBytes(bytes).toString("base64url");
}

/** SHA-256 in hex. Stored in place of secrets that are long and random, so that they cannot be read back. */
export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Compares two texts in a time that does not depend on where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const left = createHash("sha256").update(a).digest();
  const right = createHash("sha256").update(b).digest();
  return timingSafeEqual(left, right);
}
