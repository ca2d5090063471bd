import { Problem } from "../../kit/problem.ts";
import type { Caller } from "../http/binding.ts";
import type { User, Users } from "./users.ts";

/** The user whose account a call is about: always the caller's own. Throws UNAUTHORIZED and FORBIDDEN. */
export type OwnUser = (caller: Caller) => Promise<User>;

/** Finds the caller's own account. A browser session that apps can act with is kept out (design, section 7). */
export function createOwnUser({ users, sharedOrigin }: { users: Users; sharedOrigin: () => boolean }): OwnUser {
  return async ({ principal, sessionId }) => {
    if (sessionId !== undefined && sharedOrigin()) {
      throw new Problem(
        "FORBIDDEN",
        "Apps share the address of this page (server.share_origin), so a browser cannot see or change the account. Use a token, or `nekzus user` on the machine.",
      );
    }
    const user = await users.findBySubject(principal.id);
    if (!user) throw new Problem("UNAUTHORIZED", "Only a signed-in user can ask this.");
    return user;
  };
}
