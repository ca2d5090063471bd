import { LRUCache } from "lru-cache";
import type { Clock } from "../../kit/clock.ts";
import { randomId, sameSecret, sha256 } from "../../kit/ids.ts";
import type { CoreBus } from "../events/topics.ts";
import type { SessionRow } from "../storage/schema.ts";
import type { Storage } from "../storage/storage.ts";
import { browserName, storedUserAgent } from "./browser-name.ts";
import { createCredentialStore } from "./credential-store.ts";
import { livesAt, SESSION_LIFETIME_MS } from "./session-times.ts";
import { TOKEN_LIFETIME_MS } from "./tokens.ts";
import type { User, Users } from "./users.ts";

/** How often at most the last use is written down, in ms. */
const TOUCH_MS = 60_000;
/** Browser sessions of one user; beyond it the longest unused one ends. */
const MAX_PER_USER = 50;
/** Sessions kept in memory. */
const CACHE_SIZE = 1000;

/** 256 bits for the cookie and, independent of it, for the proof. */
const SECRET_BYTES = 32;

export type Session = { id: string; expiresAt: number; user: User };

/** From where a session is used. */
type Visitor = { address: string; userAgent: string | undefined };

/** A session as its owner sees it. Times are milliseconds since 1970; of the last use they are good to a minute. */
export type ListedSession = {
  id: string;
  createdAt: number;
  seenAt: number;
  expiresAt: number;
  /** Empty for one that was not used since addresses are kept. */
  address: string;
  /** What the browser says it is, in words. */
  browser: string;
};

export type Sessions = {
  /** Begins a session. Cookie value and proof are shown this once; only their SHA-256 is stored. */
  create(user: User, visitor: Visitor): Promise<{ id: string; cookie: string; proof: string; expiresAt: number }>;
  /**
   * The session that both the cookie and the proof belong to, if it still lives. A cookie alone finds nothing. It was used
   * now by the visitor, if there is one.
   */
  find(cookie: string, proof: string, visitor: Visitor | undefined): Promise<Session | undefined>;
  /** Id of the living session that a cookie belongs to. Says only whose limit a request draws on: it identifies nobody. */
  idByCookie(cookie: string): Promise<string | undefined>;
  /** The session with this id, if it still lives. Ids are not secret: they never identify a caller. */
  alive(id: string): Promise<Session | undefined>;
  /** Ends a session and the cookies for apps that were made from it. */
  end(id: string): Promise<void>;
  /** Ends the sessions of a user, but for the one to keep; answers how many were alive. */
  endOthers(userId: number, keep: string | undefined): Promise<number>;
  /** The living sessions of a user, the one used last first. */
  list(user: User): Promise<ListedSession[]>;
};

/** Browser sessions (design, section 7): cookies reach every port of a host, so a proof goes with each. */
export function createSessions(parts: { storage: Storage; clock: Clock; bus: CoreBus; users: Users }): Sessions {
  const { clock, bus, users } = parts;
  const store = createCredentialStore(parts.storage);
  const cache = new LRUCache<string, SessionRow>({ max: CACHE_SIZE });
  /** Counts endings, so that a row read before one is not cached after it. */
  let endings = 0;

  function forget(ids: readonly string[]): void {
    endings++;
    for (const [key, row] of cache.entries()) if (ids.includes(row.id)) cache.delete(key);
  }

  async function read(cookieHash: string): Promise<SessionRow | undefined> {
    const cached = cache.get(cookieHash);
    if (cached) return cached;
    const before = endings;
    const row = await store.sessionByCookie(cookieHash);
    if (row && before === endings) cache.set(cookieHash, row);
    return row;
  }

  /** The user is read anew on each use: generation and activity count as they are now. */
  async function living(row: SessionRow | undefined): Promise<Session | undefined> {
    const now = clock.now();
    if (!row || !livesAt(row, now)) return undefined;
    const user = await users.find(row.user_id);
    if (!user?.isActive || !(await isOf(user.generation, row))) return undefined;
    return { id: row.id, expiresAt: row.expires_at, user };
  }

  /**
   * The session in which a password is changed moves to the new generation: a row that was read before may be behind,
   * and then the stored one decides.
   */
  async function isOf(generation: number, row: SessionRow): Promise<boolean> {
    if (row.generation === generation) return true;
    const stored = await store.sessionById(row.id);
    if (stored?.generation !== generation) return false;
    row.generation = generation;
    return true;
  }

  async function touch(row: SessionRow, visitor: Visitor): Promise<void> {
    const now = clock.now();
    if (now - row.seen_at < TOUCH_MS) return;
    row.seen_at = now;
    row.address = visitor.address;
    row.user_agent = storedUserAgent(visitor.userAgent);
    // Reading must go on when the disk is full; a missed write only shortens the idle time.
    await store.touchSession(row).catch(() => {});
  }

  return {
    async create(user, visitor) {
      const cookie = randomId("", SECRET_BYTES);
      const proof = randomId("", SECRET_BYTES);
      const now = clock.now();
      const row: SessionRow = {
        id: randomId("ses_"),
        user_id: user.id,
        cookie_hash: sha256(cookie),
        proof_hash: sha256(proof),
        generation: user.generation,
        created_at: now,
        seen_at: now,
        expires_at: now + SESSION_LIFETIME_MS,
        user_agent: storedUserAgent(visitor.userAgent),
        address: visitor.address,
      };
      const ended = await store.insertSession(row, MAX_PER_USER, TOKEN_LIFETIME_MS);
      if (ended.length) {
        forget(ended);
        bus.emit("credentials-revoked", { ids: ended });
      }
      return { id: row.id, cookie, proof, expiresAt: row.expires_at };
    },
    async find(cookie, proof, visitor) {
      const row = await read(sha256(cookie));
      if (!row || !sameSecret(row.proof_hash, sha256(proof))) return undefined;
      const session = await living(row);
      if (session && visitor) await touch(row, visitor);
      return session;
    },
    async idByCookie(cookie) {
      return (await living(await read(sha256(cookie))))?.id;
    },
    async alive(id) {
      return living(await store.sessionById(id));
    },
    async end(id) {
      const ended = await store.endSession(id, clock.now(), TOKEN_LIFETIME_MS);
      forget([id]);
      if (ended) bus.emit("credentials-revoked", { ids: [id] });
    },
    async endOthers(userId, keep) {
      const now = clock.now();
      const ended = await store.endSessionsOf(userId, { keep, now, revokedForMs: TOKEN_LIFETIME_MS });
      const ids = ended.map(({ id }) => id);
      forget(ids);
      bus.emit("browsers-signed-out", { userId, keep });
      if (ids.length) bus.emit("credentials-revoked", { ids });
      return ended.filter((row) => livesAt(row, now)).length;
    },
    async list(user) {
      const rows = await store.sessionsOf(user.id, user.generation);
      return rows
        .filter((row) => livesAt(row, clock.now()))
        .map((row) => ({
          id: row.id,
          createdAt: row.created_at,
          seenAt: row.seen_at,
          expiresAt: row.expires_at,
          address: row.address,
          browser: browserName(row.user_agent),
        }));
    },
  };
}
