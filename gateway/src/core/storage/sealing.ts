import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";

/** Encrypts and decrypts secrets with the key that is kept outside the database. */
export type Sealing = {
  seal(plain: string): Uint8Array;
  /** Throws when the bytes were changed or sealed with another key. */
  unseal(sealed: Uint8Array): string;
};

/** The first byte, so that another cipher can follow one day. */
const FORMAT = 1;
/** Lengths that NIST SP 800-38D recommends for AES-GCM, in bytes. */
const NONCE = 12;
const TAG = 16;
const HEAD = 1 + NONCE + TAG;

/** Seals with AES-256-GCM: format, nonce, tag, then the encrypted text. `key` is 32 bytes. */
export function createSealing(key: Uint8Array): Sealing {
  return {
    seal(plain) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv("aes-256-gcm", key, nonce, { authTagLength: TAG });
      cipher.setAAD(Uint8Array.of(FORMAT));
      const body = Buffer.concat([cipher.update(plain, "utf8"), cipher.final()]);
      return new Uint8Array(Buffer.concat([Uint8Array.of(FORMAT), nonce, cipher.getAuthTag(), body]));
    },
    unseal(sealed) {
      if (sealed.length < HEAD || sealed[0] !== FORMAT) throw new Error("A sealed value is damaged");
      try {
        const decipher = createDecipheriv("aes-256-gcm", key, sealed.subarray(1, 1 + NONCE), { authTagLength: TAG });
        decipher.setAAD(Uint8Array.of(FORMAT));
        decipher.setAuthTag(sealed.subarray(1 + NONCE, HEAD));
        return Buffer.concat([decipher.update(sealed.subarray(HEAD)), decipher.final()]).toString("utf8");
      } catch (error) {
        throw new Error("A sealed value cannot be opened: it was changed, or the key is another one", { cause: error });
      }
    },
  };
}
