import type { account } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Answer, Call } from "../http/binding.ts";
import { toInstant } from "../storage/codec.ts";
import type { OwnUser } from "./own-user.ts";
import type { Sessions } from "./sessions.ts";

export type OwnSessions = {
  list(call: Call<typeof account.listSessions>): Promise<Answer<typeof account.listSessions>>;
  /** Ends one session. Another user's is NOT_FOUND, like one that never was. */
  end(call: Call<typeof account.endSession>): Promise<Answer<typeof account.endSession>>;
  endOthers(call: Call<typeof account.endOtherSessions>): Promise<Answer<typeof account.endOtherSessions>>;
};

/** The browsers a person is signed in with, and signing them out (40 S2). */
export function createOwnSessions({ sessions, ownUser }: { sessions: Sessions; ownUser: OwnUser }): OwnSessions {
  return {
    async list({ caller }) {
      const own = await sessions.list(await ownUser(caller));
      return {
        body: own.map(({ id, createdAt, seenAt, expiresAt, address, browser }) => ({
          id,
          current: id === caller.sessionId,
          createdAt: toInstant(createdAt),
          lastSeen: toInstant(seenAt),
          expiresAt: toInstant(expiresAt),
          address,
          browser,
        })),
      };
    },
    async end({ params, caller }) {
      const user = await ownUser(caller);
      const session = await sessions.alive(params.sessionId);
      if (session?.user.id !== user.id) {
        throw new Problem("NOT_FOUND", "You have no session with this id. It may have ended already.");
      }
      await sessions.end(session.id);
      return { status: 204 };
    },
    async endOthers({ caller }) {
      const user = await ownUser(caller);
      return { body: { ended: await sessions.endOthers(user.id, caller.sessionId) } };
    },
  };
}
