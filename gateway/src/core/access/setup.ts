import { readFile } from "node:fs/promises";
import type { auth } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Answer, Call } from "../http/binding.ts";
import { createSetupCode } from "./setup-code.ts";
import type { Users } from "./users.ts";

export type Setup = {
  /** Says the code when the first administrator is still missing. */
  start(): Promise<void>;
  /** 20 §3.6. */
  status(): Promise<Answer<typeof auth.setupStatus>>;
  /** Throws SETUP_ALREADY_COMPLETED when an administrator was made; asked before the body is looked at (10 §3.7). */
  mustBeOpen(): Promise<void>;
  /** Makes the first administrator for `local`, or for who knows the code (ruling R16). */
  complete(call: Call<typeof auth.setup>): Promise<Answer<typeof auth.setup>>;
  /** Makes the first administrator from the environment; false when there ever was one, or none is named. */
  fromEnvironment(env: Record<string, string | undefined>): Promise<boolean>;
};

/** The first run. Once an administrator was made it is closed for ever. */
export function createSetup({ users, onCode }: { users: Users; onCode: (code: string) => void }): Setup {
  const code = createSetupCode(onCode);

  return {
    async start() {
      if (!(await users.setupDone())) code.start();
    },
    async status() {
      const [done, count] = await Promise.all([users.setupDone(), users.userCount()]);
      return { body: { setupRequired: !done, hasUsers: count > 0 } };
    },
    async mustBeOpen() {
      if (await users.setupDone()) throw new Problem("SETUP_ALREADY_COMPLETED");
    },
    async complete({ body, caller }) {
      if (caller.principal.kind !== "local") {
        if (body.setupCode === undefined) {
          throw new Problem(
            "UNAUTHORIZED",
            "Setup from another machine needs `setupCode`, the code that the gateway printed when it started.",
          );
        }
        if (!code.accepts(body.setupCode)) {
          throw new Problem("UNAUTHORIZED", "The setup code is wrong. Use the newest one that the gateway printed.");
        }
      }
      const admin = await users.addFirstAdmin({ username: body.username, password: body.password });
      return {
        status: 201,
        body: { message: "The first administrator was made. You can sign in now.", username: admin.username },
      };
    },
    async fromEnvironment(env) {
      const username = env.NEKZUS_ADMIN_USER;
      const file = env.NEKZUS_ADMIN_PASSWORD_FILE;
      if (!username && !file) return false;
      if (await users.setupDone()) return false;
      if (!username || !file) {
        throw new Error("Set both NEKZUS_ADMIN_USER and NEKZUS_ADMIN_PASSWORD_FILE, or neither of them.");
      }
      const password = await readFile(file, "utf8").catch((error: Error) => {
        throw new Error(`NEKZUS_ADMIN_PASSWORD_FILE cannot be read: ${error.message}`);
      });
      try {
        // Editors end a file with a line break, which is not part of the password.
        await users.addFirstAdmin({ username, password: password.replace(/\r?\n$/, "") });
        return true;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        if (error.code === "SETUP_ALREADY_COMPLETED") return false;
        throw new Error(`NEKZUS_ADMIN_USER cannot be made the first administrator. ${error.message}`);
      }
    },
  };
}
