import { type Authority, keptAuthority, NO_AUTHORITY } from "../core/certificates/commands.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure, withDataFolder } from "./beside-gateway.ts";
import type { Io } from "./io.ts";

const HELP = `Usage: nekzus authority [OPTIONS]

Prints the certificate of the gateway's own authority (PEM), for other devices to trust, and on
standard error its name and fingerprint, to compare with what those devices show. Works while the
gateway runs and while it does not:

  nekzus authority > nekzus-authority.crt

Options:
  --config FILE          The configuration file
  --data FOLDER          The data folder
  --help                 Show this text
`;

const OPTIONS = {
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** `nekzus authority`. Answers the exit status. */
export async function authorityCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("authority", args, OPTIONS, io);
  if (!parsed) return EXIT.usage;
  const { values } = parsed;
  if (values.help) {
    io.stdout(HELP);
    return EXIT.ok;
  }
  try {
    const { pem, subject, notAfter, fingerprint256 } = await find({ file: values.config, dataFolder: values.data }, io);
    io.stdout(pem);
    const end = new Date(notAfter).toISOString().slice(0, 10);
    io.stderr(`Name: ${subject}\nValid until: ${end}\nSHA-256 fingerprint: ${fingerprint256}\n`);
    return EXIT.ok;
  } catch (error) {
    return sayFailure(io, error);
  }
}

/** Asks the running gateway, or opens the data folder when none runs (ruling R32). */
async function find(place: { file: string | undefined; dataFolder: string | undefined }, io: Io): Promise<Authority> {
  const { config } = loadConfig({ ...place, env: io.env });
  const answer = await askRunning(config.storage.data_folder, "certificates.authority", {});
  if (answer) return answer.result as Authority;
  if (config.server.tls_cert) throw new Error(NO_AUTHORITY);
  return withDataFolder(config, keptAuthority);
}
