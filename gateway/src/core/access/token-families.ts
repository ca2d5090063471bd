import type { Clock } from "../../kit/clock.ts";
import { randomId } from "../../kit/ids.ts";
import { Problem } from "../../kit/problem.ts";
import type { TokenClaims } from "../../wire/token.ts";
import type { CoreBus } from "../events/topics.ts";
import { fromJson, toJson } from "../storage/codec.ts";
import type { Storage, Write } from "../storage/storage.ts";
import { revoke } from "./store.ts";
import type { TokenSubject, Tokens } from "./tokens.ts";

/** After its end a token can still be exchanged for so long, in ms (ruling R8). */
const REFRESH_GRACE_MS = 7 * 24 * 60 * 60 * 1000;
/** For so long the token before the newest gets the newest: the answer to its exchange may have been lost. In ms. */
const LOST_ANSWER_MS = 60_000;

export type Issued = { token: string; expiresIn: number; scopes: readonly string[] };

export type TokenFamilies = {
  /** The first token of a line of its own. Inside a transaction with `tx`. */
  begin(subject: TokenSubject, tx?: Write): Promise<Issued>;
  /**
   * Exchanges the newest token of a line, also one that ended up to {@link REFRESH_GRACE_MS} ago, or was made before the
   * clock was set back by as much. An older one than the
   * one before it was copied: the whole line becomes void. Throws `UNAUTHORIZED`, `TOKEN_EXPIRED`, `TOKEN_REVOKED`.
   */
  refresh(token: string): Promise<Issued & { subjectId: string }>;
};

/** Withdraws all lines of tokens of a subject; answers their ids. */
export async function endFamiliesOf(tx: Write, subject: string): Promise<string[]> {
  const ended = await tx
    .deleteFrom("token_families")
    .where("subject", "=", subject)
    .returning(["id", "expires_at"])
    .execute();
  for (const { id, expires_at } of ended) await revoke(tx, id, expires_at);
  return ended.map(({ id }) => id);
}

/** Lines of tokens that are exchanged one for the next (ruling R8). */
export function createTokenFamilies(parts: {
  storage: Storage;
  clock: Clock;
  bus: CoreBus;
  tokens: Tokens;
  findSubject: (id: string) => Promise<TokenSubject | undefined>;
  /** A copy was used: for the record. */
  onTheft: (subjectId: string) => void;
}): TokenFamilies {
  const { storage, clock, bus, tokens, findSubject, onTheft } = parts;

  const endOf = (claims: TokenClaims) => claims.exp * 1000 + REFRESH_GRACE_MS;
  const issued = (claims: TokenClaims): Issued => ({
    token: tokens.sign(claims),
    expiresIn: Math.max(0, claims.exp - Math.floor(clock.now() / 1000)),
    scopes: claims.scopes,
  });

  return {
    async begin(subject, tx) {
      const id = randomId("fam_");
      const claims = tokens.claims(subject, id);
      const row = { id, subject: subject.id, newest: toJson(claims), previous: null, replaced_at: null };
      const insert = (write: Write) =>
        write
          .insertInto("token_families")
          .values({ ...row, expires_at: endOf(claims) })
          .execute();
      await (tx ? insert(tx) : storage.write(insert));
      return issued(claims);
    },

    async refresh(token) {
      const result = await tokens.check(token, REFRESH_GRACE_MS);
      if ("fault" in result) throw faultOf(result.fault);
      const { claims } = result;
      const { sid } = claims;
      if (!sid?.startsWith("fam_")) throw new Problem("UNAUTHORIZED", "This token cannot be exchanged. Sign in again.");
      const subject = await findSubject(claims.sub);
      if (subject?.generation !== claims.gen) throw faultOf("revoked");
      const outcome = await storage.write(async (tx) => {
        const row = await tx.selectFrom("token_families").selectAll().where("id", "=", sid).executeTakeFirst();
        if (!row) return "gone";
        const newest = fromJson<TokenClaims>(row.newest);
        if (newest.jti === claims.jti) {
          const next = tokens.claims(subject, sid);
          await tx
            .updateTable("token_families")
            .set({ newest: toJson(next), previous: claims.jti, replaced_at: clock.now(), expires_at: endOf(next) })
            .where("id", "=", sid)
            .execute();
          return next;
        }
        // Either way, since the clock may have been set back after the exchange.
        const since = Math.abs(clock.now() - (row.replaced_at ?? 0));
        if (row.previous === claims.jti && since <= LOST_ANSWER_MS) return newest;
        await tx.deleteFrom("token_families").where("id", "=", sid).execute();
        await revoke(tx, sid, endOf(newest));
        return "stolen";
      });
      if (outcome === "stolen") {
        bus.emit("credentials-revoked", { ids: [sid] });
        onTheft(claims.sub);
      }
      if (typeof outcome === "string") throw faultOf("revoked");
      return { ...issued(outcome), subjectId: claims.sub };
    },
  };
}

function faultOf(fault: "invalid" | "expired" | "revoked"): Problem {
  if (fault === "expired") {
    return new Problem("TOKEN_EXPIRED", "The token ended more than 7 days ago. Sign in, or pair the device again.");
  }
  if (fault === "revoked")
    return new Problem("TOKEN_REVOKED", "The token was withdrawn. Sign in, or pair the device again.");
  return new Problem("UNAUTHORIZED", "The token is not valid here.");
}
