import { createPrivateKey, generateKeyPairSync, sign } from "node:crypto";

/** How long a token is good, in seconds: at most a day (RFC 8292, section 2). */
const TOKEN_SECONDS = 12 * 3600;

/** Makes the key by which push services know this gateway: a private P-256 key as JWK text. */
export function makeVapidKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return JSON.stringify(privateKey.export({ format: "jwk" }));
}

export type Vapid = {
  /** The public key, uncompressed and in base64url, as browsers take it. */
  publicKey: string;
  /** The header Authorization for a push service. `contact`: an https or mailto address of who sends. */
  authorization(endpoint: URL, contact: string, now: number): string;
};

/** Signs for push services (RFC 8292) with a key of {@link makeVapidKey}. */
export function createVapid(key: string): Vapid {
  const jwk = JSON.parse(key) as { kty: string; crv: string; x: string; y: string; d: string };
  const privateKey = createPrivateKey({ key: jwk, format: "jwk" });
  const point = [Buffer.of(4), Buffer.from(jwk.x, "base64url"), Buffer.from(jwk.y, "base64url")];
  const publicKey = Buffer.concat(point).toString("base64url");
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return {
    publicKey,
    authorization(endpoint, contact, now) {
      const claims = { aud: endpoint.origin, exp: Math.floor(now / 1000) + TOKEN_SECONDS, sub: contact };
      const text = `${part({ typ: "JWT", alg: "ES256" })}.${part(claims)}`;
      const signature = sign("sha256", Buffer.from(text), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `vapid t=${text}.${signature.toString("base64url")}, k=${publicKey}`;
    },
  };
}
