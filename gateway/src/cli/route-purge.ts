import { printable } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { EXIT } from "./arguments.ts";
import type { Io } from "./io.ts";

/** Lets the running gateway forget the answers that it keeps for an app. Answers the exit status. Throws when it refuses. */
export async function purgeRoutes(
  place: { file: string | undefined; dataFolder: string | undefined },
  io: Io,
  app: string,
): Promise<number> {
  const { config } = loadConfig({ ...place, env: io.env });
  const answer = await askRunning(config.storage.data_folder, "route.purge", { app });
  if (!answer) {
    io.stdout("No gateway runs on this data folder, and without one nothing is kept.\n");
    return EXIT.ok;
  }
  const { routes } = answer.result as { routes: number };
  const what = routes === 1 ? "1 route" : `${routes} routes`;
  io.stdout(`What was kept for ${printable(app)} is forgotten (${what}).\n`);
  return EXIT.ok;
}
