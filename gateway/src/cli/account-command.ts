import { apiKeyCommands } from "../core/access/api-keys/commands.ts";
import { createAudit } from "../core/access/audit/audit.ts";
import { userCommands } from "../core/access/commands.ts";
import { createPasswords } from "../core/access/passwords.ts";
import { createSessions } from "../core/access/sessions.ts";
import { createSubjects } from "../core/access/subjects.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning, carryOut } from "../core/control/control.ts";
import { createCoreBus } from "../core/events/topics.ts";
import { systemClock } from "../kit/clock.ts";
import { withDataFolder } from "./beside-gateway.ts";
import type { Io } from "./io.ts";

type Command = keyof (ReturnType<typeof userCommands> & ReturnType<typeof apiKeyCommands>);

/**
 * Has the running gateway carry out a command about people or keys, or does so in the data folder when none runs (ruling
 * R32); in the audit log it stands either way.
 */
export async function accountCommand(
  place: { file: string | undefined; dataFolder: string | undefined },
  io: Io,
  command: Command,
  input: Record<string, unknown>,
): Promise<unknown> {
  const { config } = loadConfig({ ...place, env: io.env });
  const answer = await askRunning(config.storage.data_folder, command, input);
  if (answer) return answer.result;
  return withDataFolder(config, async (storage, log) => {
    const clock = systemClock;
    const bus = createCoreBus(log);
    const { users, apiKeys } = createSubjects({
      storage,
      clock,
      bus,
      passwords: createPasswords(),
      log,
      isConnected: () => false,
      onlineMs: () => 0,
    });
    const commands = {
      // Waits live in the running gateway.
      ...userCommands({
        users,
        sessions: createSessions({ storage, clock, bus, users }),
        lockout: { lift: () => false },
      }),
      ...apiKeyCommands(apiKeys),
    };
    const audit = createAudit({ storage, clock, log, settings: () => config.audit, isUser: async () => false });
    return carryOut(commands[command], command, input, audit.command);
  });
}
