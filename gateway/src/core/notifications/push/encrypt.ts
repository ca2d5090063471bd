import { createCipheriv, createECDH, hkdfSync, randomBytes } from "node:crypto";

/** The keys of a browser's subscription, as it gives them: base64url. */
export type PushKeys = { p256dh: string; auth: string };

/** One record holds all (RFC 8188): services take at most 4096 bytes (RFC 8030, section 7.2). */
const RECORD_SIZE = 4096;
/** Longest text that fits: record less header (86), tag (16) and delimiter (1). Bytes. */
export const LONGEST_PUSH = RECORD_SIZE - 86 - 16 - 1;

/**
 * Encrypts a text for a browser (RFC 8291, content coding aes128gcm of RFC 8188). `salt` and `privateKey` are drawn
 * anew for each message; only the RFC's own example gives them. Throws when the browser's key is no point of P-256.
 */
export function encryptPush(
  text: string,
  keys: PushKeys,
  { salt = randomBytes(16), privateKey }: { salt?: Buffer; privateKey?: Buffer } = {},
): Buffer {
  const theirs = Buffer.from(keys.p256dh, "base64url");
  const own = createECDH("prime256v1");
  if (privateKey) own.setPrivateKey(privateKey);
  else own.generateKeys();
  const ours = own.getPublicKey();
  const shared = own.computeSecret(theirs);
  const info = Buffer.concat([Buffer.from("WebPush: info\0"), theirs, ours]);
  const ikm = derive(shared, Buffer.from(keys.auth, "base64url"), info, 32);
  const key = derive(ikm, salt, Buffer.from("Content-Encoding: aes128gcm\0"), 16);
  const nonce = derive(ikm, salt, Buffer.from("Content-Encoding: nonce\0"), 12);
  const cipher = createCipheriv("aes-128-gcm", key, nonce);
  // 2 marks the last record.
  const record = [cipher.update(Buffer.concat([Buffer.from(text), Buffer.of(2)])), cipher.final(), cipher.getAuthTag()];
  const size = Buffer.alloc(4);
  size.writeUInt32BE(RECORD_SIZE);
  return Buffer.concat([salt, size, Buffer.of(ours.length), ours, ...record]);
}

function derive(secret: Buffer, salt: Buffer, info: Buffer, length: number): Buffer {
  return Buffer.from(hkdfSync("sha256", secret, salt, info, length));
}
