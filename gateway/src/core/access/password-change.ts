import type { account } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Answer, Call } from "../http/binding.ts";
import type { OwnUser } from "./own-user.ts";
import type { PasswordProof } from "./password-proof.ts";
import type { Users } from "./users.ts";

export type PasswordChange = {
  /**
   * Changes the caller's password; every other session and every token of the caller ends with it (40 S2, ruling R8).
   * A wrong current password is 400, not 401: a page would take that for the end of its session.
   */
  change(call: Call<typeof account.changePassword>): Promise<Answer<typeof account.changePassword>>;
};

/** Changing one's own password. */
export function createPasswordChange(parts: { users: Users; proof: PasswordProof; ownUser: OwnUser }): PasswordChange {
  const { users, proof, ownUser } = parts;
  return {
    async change({ body, caller }) {
      const { username } = await ownUser(caller);
      const proven = await proof(username, body.currentPassword, caller.facts.address);
      if (!proven) {
        const reason = "this is not your current password";
        throw new Problem("VALIDATION_FAILED", "The current password is wrong. Nothing was changed.", [
          { path: "currentPassword", reason },
        ]);
      }
      const endedSessions = await users.changePassword({
        id: proven.user.id,
        currentHash: proven.passwordHash,
        password: body.newPassword,
        keepSession: caller.sessionId,
      });
      const goesOn = caller.sessionId === undefined ? "Sign in with it now." : "This browser stays signed in.";
      return { body: { message: `The password was changed. ${goesOn}`, endedSessions } };
    },
  };
}
