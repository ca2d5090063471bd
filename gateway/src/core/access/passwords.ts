import { argon2, randomBytes, timingSafeEqual } from "node:crypto";
import { atMost } from "../../kit/at-most.ts";
import { Problem } from "../../kit/problem.ts";

/** Cost of one hash: memory in KiB, passes over it, lanes. */
type HashCost = { memory: number; passes: number; parallelism: number };

/** One argon2id computation. A parameter, so that tests can count and cheapen it. */
type Derive = (password: string, salt: Buffer, cost: HashCost) => Promise<Buffer>;

/** OWASP's recommendation for argon2id where memory is scarce: 19 MiB, two passes, one lane. */
const RECOMMENDED: HashCost = { memory: 19_456, passes: 2, parallelism: 1 };
/** Computations at the same time: each takes a thread of four and 19 MiB. */
const MAX_RUNNING = 2;
/** Callers that wait for a computation; more are turned away so that a flood cannot pile up. */
const MAX_WAITING = 20;
/** Seconds after which a caller that was turned away may try again. */
const RETRY_AFTER = 2;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export type Passwords = {
  /** Makes the hash that unknown users are compared with. */
  start(): Promise<void>;
  /** A PHC string, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. Throws SERVICE_UNAVAILABLE when too many wait. */
  hash(password: string): Promise<string>;
  /**
   * Compares a password. Without a stored hash the work is the same and the answer false, so that the time does not
   * tell whether a user exists. Throws SERVICE_UNAVAILABLE when too many wait.
   */
  verify(password: string, stored: string | undefined): Promise<boolean>;
  /** Was the hash made at another cost than today's? */
  outdated(stored: string): boolean;
};

/** Hashes passwords with argon2id, a few at a time. */
export function createPasswords({
  cost = RECOMMENDED,
  derive = argon2id,
}: {
  cost?: HashCost;
  derive?: Derive;
} = {}): Passwords {
  const inTurn = atMost(MAX_RUNNING);
  let decoy: Promise<string> | undefined;

  /** Hashing is dear on purpose: the queue for it is bounded too. */
  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (inTurn.waiting() < MAX_WAITING) return inTurn(work);
    throw new Problem(
      "SERVICE_UNAVAILABLE",
      "Too many people are signing in at this moment. Try again in a few seconds.",
      undefined,
      RETRY_AFTER,
    );
  }

  async function hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    const derived = await limited(() => derive(normal(password), salt, cost));
    return `$argon2id$v=19$m=${cost.memory},t=${cost.passes},p=${cost.parallelism}$${unpadded(salt)}$${unpadded(derived)}`;
  }

  function decoyHash(): Promise<string> {
    decoy ??= hash(randomBytes(SALT_BYTES).toString("base64")).catch((error: unknown) => {
      decoy = undefined;
      throw error;
    });
    return decoy;
  }

  return {
    async start() {
      await decoyHash();
    },
    hash,
    async verify(password, stored) {
      const own = stored === undefined ? undefined : parsed(stored);
      const against = own ?? parsed(await decoyHash());
      if (!against) return false;
      const derived = await limited(() => derive(normal(password), against.salt, against.cost));
      const equal = derived.length === against.hash.length && timingSafeEqual(derived, against.hash);
      return equal && own !== undefined;
    },
    outdated(stored) {
      const own = parsed(stored)?.cost;
      return own?.memory !== cost.memory || own.passes !== cost.passes || own.parallelism !== cost.parallelism;
    },
  };
}

/** The same letters typed on different systems must be the same bytes (RFC 8265, section 4.2). */
function normal(password: string): string {
  return password.normalize("NFC");
}

function unpadded(bytes: Buffer): string {
  return bytes.toString("base64").replace(/=+$/, "");
}

const PHC = /^\$argon2id\$v=19\$m=(\d{1,8}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function parsed(stored: string): { cost: HashCost; salt: Buffer; hash: Buffer } | undefined {
  const match = PHC.exec(stored);
  if (!match) return undefined;
  return {
    cost: { memory: Number(match[1]), passes: Number(match[2]), parallelism: Number(match[3]) },
    salt: Buffer.from(match[4] as string, "base64"),
    hash: Buffer.from(match[5] as string, "base64"),
  };
}

function argon2id(password: string, salt: Buffer, cost: HashCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { message: password, nonce: salt, tagLength: HASH_BYTES, ...cost };
    argon2("argon2id", options, (error, derived) => (error ? reject(error) : resolve(derived)));
  });
}
