import type { auth } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { APPS_COOKIE, SESSION_COOKIE } from "../../wire/cookies.ts";
import type { Answer, Call } from "../http/binding.ts";
import { toInstant } from "../storage/codec.ts";
import { clearCookie, setCookie } from "./cookie-headers.ts";
import type { PasswordProof } from "./password-proof.ts";
import type { Passwords } from "./passwords.ts";
import { SESSION_LIFETIME_MS } from "./session-times.ts";
import type { Sessions } from "./sessions.ts";
import type { TokenFamilies } from "./token-families.ts";
import type { Tokens } from "./tokens.ts";
import { subjectId, type User, type Users } from "./users.ts";

export type SignIn = {
  /** 10 §3.8. Answers a token, or with `session` a cookie and its proof. */
  login(call: Call<typeof auth.login>): Promise<Answer<typeof auth.login>>;
  me(call: Call<typeof auth.me>): Promise<Answer<typeof auth.me>>;
  /** Ends the session with its cookies for apps, or the token (ruling R23). */
  logout(call: Call<typeof auth.logout>): Promise<Answer<typeof auth.logout>>;
};

/** Signing in with user name and password, and out again. */
export function createSignIn(parts: {
  users: Users;
  passwords: Passwords;
  proof: PasswordProof;
  sessions: Sessions;
  tokens: Tokens;
  families: TokenFamilies;
}): SignIn {
  const { users, passwords, proof, sessions, tokens, families } = parts;

  /** One answer for unknown names, wrong passwords and disabled users. */
  async function proven(username: string, password: string, address: string): Promise<User> {
    const found = await proof(username, password, address);
    if (!found) throw new Problem("INVALID_CREDENTIALS", "The user name or the password is wrong.");
    if (passwords.outdated(found.passwordHash)) {
      // The old hash is still good, so a failure here is no reason to refuse; the next sign-in tries again.
      await users.replaceHash(found.user.id, found.passwordHash, password).catch(() => {});
    }
    return found.user;
  }

  return {
    async login({ body, caller, header }) {
      const { address, secure } = caller.facts;
      const user = await proven(body.username, body.password, address);
      await users.setLastLogin(user.id);
      if (body.session) {
        const { cookie, proof } = await sessions.create(user, { address, userAgent: header("user-agent") });
        const maxAge = SESSION_LIFETIME_MS / 1000;
        return {
          body: { proof, expiresIn: maxAge, user: shown(user) },
          headers: { "set-cookie": setCookie(SESSION_COOKIE, secure, cookie, maxAge) },
        };
      }
      const { id, generation, scopes } = user;
      const { token, expiresIn } = await families.begin({ id: subjectId(id), generation, scopes });
      return { body: { token, expiresIn, user: shown(user) } };
    },

    async me({ caller }) {
      const { principal, sessionId } = caller;
      const user = await users.findBySubject(principal.id);
      if (!user) throw new Problem("UNAUTHORIZED", "Only a signed-in user can ask this.");
      const session = sessionId === undefined ? undefined : await sessions.alive(sessionId);
      return {
        body: {
          user: shown(user),
          scopes: [...principal.scopes],
          ...(session && { sessionExpiresAt: toInstant(session.expiresAt) }),
        },
      };
    },

    async logout({ caller }) {
      const { sessionId, token, facts } = caller;
      if (token) await tokens.revoke(token);
      if (sessionId === undefined) return { body: { message: "Signed out." } };
      await sessions.end(sessionId);
      // The apps origin has our host name or another; where it has ours, its cookie can be taken away from here.
      const gone = [SESSION_COOKIE, APPS_COOKIE].map((names) => clearCookie(names, facts.secure));
      return { body: { message: "Signed out." }, headers: { "set-cookie": gone } };
    },
  };
}

/** The user as the contract shows it: never a hash, unset times left out (ruling R15). */
function shown(user: User) {
  return {
    id: user.id,
    username: user.username,
    role: user.role,
    createdAt: toInstant(user.createdAt),
    ...(user.lastLogin === undefined ? {} : { lastLogin: toInstant(user.lastLogin) }),
    isActive: user.isActive,
  };
}
