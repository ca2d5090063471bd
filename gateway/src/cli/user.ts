import type { ListedBrowser, ListedUser } from "../core/access/commands.ts";
import { printable } from "../core/config/faults.ts";
import { accountCommand } from "./account-command.ts";
import { EXIT, readArguments } from "./arguments.ts";
import { sayFailure } from "./beside-gateway.ts";
import { type Io, paint } from "./io.ts";
import { readPassword } from "./password-input.ts";
import { aligned, minute } from "./table.ts";

const HELP = `Usage:
  nekzus user add NAME [--role admin|member] [--app APP]... [--password-file FILE]
  nekzus user list
  nekzus user password NAME [--password-file FILE]
  nekzus user sessions NAME
  nekzus user sign-out NAME
  nekzus user unlock NAME

Adds people, lists them, sets a new password (which ends all sessions and tokens of that person),
lists the browsers in which a person is signed in, signs a person out everywhere (which ends all
sessions and tokens), lets a person who must wait after failed sign-ins try again at once. Works while the gateway runs and while it does not. The password is asked
for, or read from the file or from standard input.

Options:
  --role ROLE            admin may do everything; member (default) opens the apps that were granted
  --app APP              Grants a member the app with this id; may be repeated; * grants all apps
  --password-file FILE   Reads the password from a file
  --config FILE          The configuration file
  --data FOLDER          The data folder
  --help                 Show this text
`;

const OPTIONS = {
  role: { type: "string", default: "member" },
  app: { type: "string", multiple: true, default: [] as string[] },
  "password-file": { type: "string" },
  config: { type: "string" },
  data: { type: "string" },
  help: { type: "boolean", short: "h" },
} as const;

/** Actions that are done to one person, and whether they take a password. */
const NAMED: Readonly<Record<string, { password: boolean }>> = {
  add: { password: true },
  password: { password: true },
  sessions: { password: false },
  "sign-out": { password: false },
  unlock: { password: false },
};

/** `nekzus user add|list|password|sessions|sign-out|unlock`. Answers the exit status. */
export async function userCommand(args: readonly string[], io: Io): Promise<number> {
  const parsed = readArguments("user", args, OPTIONS, io, true);
  if (!parsed) return EXIT.usage;
  const { values, positionals } = parsed;
  const [action, name, ...rest] = positionals;
  if (values.help) return say(io, HELP);
  const named = action !== undefined && Object.hasOwn(NAMED, action) ? NAMED[action] : undefined;
  if ((!named && action !== "list") || rest.length || Boolean(named) !== (name !== undefined)) {
    io.stderr(HELP);
    return EXIT.usage;
  }
  if (values.role !== "admin" && values.role !== "member") {
    io.stderr(`The role ${printable(values.role)} does not exist. Use admin or member.\n`);
    return EXIT.usage;
  }
  if (action === "add" && values.role === "admin" && values.app.length) {
    io.stderr("An admin may open every app; leave --app out.\n");
    return EXIT.usage;
  }
  try {
    const password = named?.password
      ? await readPassword(values["password-file"], `Password for ${printable(name ?? "")}: `)
      : "";
    const place = { file: values.config, dataFolder: values.data };
    switch (action) {
      case "add":
        await accountCommand(place, io, "user.add", { username: name, password, role: values.role, apps: values.app });
        return say(io, `${paint(io, "green", "Added")} ${name} as ${values.role}.\n`);
      case "password":
        await accountCommand(place, io, "user.password", { username: name, password });
        return say(io, `The password of ${name} was changed; all sessions and tokens of ${name} have ended.\n`);
      case "sessions":
        return say(
          io,
          browsers((await accountCommand(place, io, "user.sessions", { username: name })) as ListedBrowser[]),
        );
      case "unlock": {
        const { lifted } = (await accountCommand(place, io, "user.unlock", { username: name })) as { lifted: boolean };
        return say(io, lifted ? `${name} can try again at once.\n` : `${name} did not have to wait.\n`);
      }
      case "sign-out": {
        const { ended } = (await accountCommand(place, io, "user.sign-out", { username: name })) as { ended: number };
        return say(
          io,
          `${name} was signed out everywhere: ${ended === 1 ? "1 browser" : `${ended} browsers`}, and all tokens.\n`,
        );
      }
      default:
        return say(io, people((await accountCommand(place, io, "user.list", {})) as ListedUser[]));
    }
  } catch (error) {
    return sayFailure(io, error);
  }
}

function people(users: readonly ListedUser[]): string {
  if (!users.length) return "There are no users yet.\n";
  const rows = users.map(({ username, role, apps, isActive, createdAt }) => [
    printable(username),
    isActive ? role : `${role} (off)`,
    printable(apps.join(",")) || "-",
    createdAt.slice(0, 10),
  ]);
  return aligned([["NAME", "ROLE", "APPS", "SINCE"], ...rows]);
}

function browsers(sessions: readonly ListedBrowser[]): string {
  if (!sessions.length) return "No browser is signed in.\n";
  const rows = sessions.map(({ browser, address, lastSeen, createdAt }) => [
    printable(browser),
    printable(address) || "-",
    minute(lastSeen),
    minute(createdAt),
  ]);
  return aligned([["BROWSER", "ADDRESS", "LAST USED", "SIGNED IN"], ...rows]);
}

function say(io: Io, text: string): number {
  io.stdout(text);
  return EXIT.ok;
}
