import type { Lockout } from "./lockout.ts";
import type { Passwords } from "./passwords.ts";
import type { User, Users } from "./users.ts";

/** A user who proved the password, with the hash that it was compared with. */
type Proven = { user: User; passwordHash: string };

/**
 * Does the password belong to the user? Undefined for unknown names, wrong passwords and disabled users, after the
 * same work. Each wrong one makes the next try wait: throws RATE_LIMIT_EXCEEDED, and SERVICE_UNAVAILABLE when too
 * many ask.
 */
export type PasswordProof = (username: string, password: string, address: string) => Promise<Proven | undefined>;

/** The one place where passwords are compared, so that every way to guess one is slowed down alike. */
export function createPasswordProof(parts: { users: Users; passwords: Passwords; lockout: Lockout }): PasswordProof {
  const { users, passwords, lockout } = parts;
  return async (username, password, address) => {
    const attempt = lockout.attempt(username, address);
    const found = await users.findForSignIn(username).catch((error: unknown) => {
      attempt.abandoned();
      throw error;
    });
    const right = await passwords.verify(password, found?.passwordHash).catch((error: unknown) => {
      attempt.abandoned();
      throw error;
    });
    if (!found || !right || !found.user.isActive) return undefined;
    attempt.succeeded();
    return found;
  };
}
