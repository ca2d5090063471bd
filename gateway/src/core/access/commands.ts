import { z } from "zod";
import { toInstant } from "../storage/codec.ts";
import { readInput } from "./command-line.ts";
import type { Lockout } from "./lockout.ts";
import type { Sessions } from "./sessions.ts";
import type { Users } from "./users.ts";

const Add = z.object({
  username: z.string(),
  password: z.string(),
  role: z.enum(["admin", "member"]),
  apps: z.array(z.string()),
});
const Password = z.object({ username: z.string(), password: z.string() });
const Name = z.object({ username: z.string() });

/** One line of `nekzus user list`. */
export type ListedUser = { username: string; role: string; apps: string[]; isActive: boolean; createdAt: string };

/** One line of `nekzus user sessions`. */
export type ListedBrowser = { browser: string; address: string; lastSeen: string; createdAt: string };

/** What the command line does to users: the same whether the gateway runs (control socket) or not. */
export function userCommands({
  users,
  sessions,
  lockout,
}: {
  users: Users;
  sessions: Sessions;
  lockout: Pick<Lockout, "lift">;
}) {
  return {
    async "user.unlock"(input: Record<string, unknown>): Promise<{ lifted: boolean }> {
      const { username } = await users.named(readInput(Name, input).username);
      return { lifted: lockout.lift(username) };
    },
    async "user.add"(input: Record<string, unknown>): Promise<{ username: string }> {
      const { username } = await users.add(readInput(Add, input));
      return { username };
    },
    async "user.password"(input: Record<string, unknown>): Promise<{ username: string }> {
      const { username, password } = readInput(Password, input);
      await users.setPassword(username, password);
      return { username };
    },
    async "user.list"(): Promise<ListedUser[]> {
      return (await users.list()).map(({ username, role, scopes, isActive, createdAt }) => ({
        username,
        role,
        apps:
          role === "admin"
            ? ["*"]
            : scopes.filter((scope) => scope.startsWith("access:")).map((scope) => scope.slice(7)),
        isActive,
        createdAt: toInstant(createdAt),
      }));
    },
    async "user.sessions"(input: Record<string, unknown>): Promise<ListedBrowser[]> {
      const user = await users.named(readInput(Name, input).username);
      return (await sessions.list(user)).map(({ browser, address, seenAt, createdAt }) => ({
        browser,
        address,
        lastSeen: toInstant(seenAt),
        createdAt: toInstant(createdAt),
      }));
    },
    async "user.sign-out"(input: Record<string, unknown>): Promise<{ ended: number }> {
      return { ended: await users.signOut(readInput(Name, input).username) };
    },
  };
}
