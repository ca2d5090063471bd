import { type Io, paint, processIo } from "./cli/io.ts";

type Run = (args: readonly string[], io: Io) => Promise<number>;

/** Each command is loaded only when it runs: the gateway starts sooner without what the others need. */
const COMMANDS: Readonly<Record<string, { about: string; load(): Promise<Run> }>> = {
  start: { about: "Start the gateway", load: async () => (await import("./cli/start.ts")).startCommand },
  demo: {
    about: "Start a gateway with two demo services, to look around",
    load: async () => (await import("./cli/demo.ts")).demoCommand,
  },
  config: {
    about: "Check the configuration, explain a setting",
    load: async () => (await import("./cli/config.ts")).configCommand,
  },
  route: {
    about: "Test the address of a service, check an app below its prefix",
    load: async () => (await import("./cli/route.ts")).routeCommand,
  },
  pair: {
    about: "Let a phone or another device join",
    load: async () => (await import("./cli/pair.ts")).pairCommand,
  },
  user: {
    about: "Add people, list them, set a password",
    load: async () => (await import("./cli/user.ts")).userCommand,
  },
  key: {
    about: "Make API keys for programs, list them, end them",
    load: async () => (await import("./cli/key.ts")).keyCommand,
  },
  notify: {
    about: "List the channels for messages, send a test message",
    load: async () => (await import("./cli/notify.ts")).notifyCommand,
  },
  authority: {
    about: "Print the certificate that other devices can trust",
    load: async () => (await import("./cli/authority.ts")).authorityCommand,
  },
  version: { about: "Tell the version", load: async () => (await import("./cli/version.ts")).versionCommand },
};

/** Entry of the program. */
async function main(args: readonly string[], io: Io): Promise<number> {
  const [name, ...rest] = args[0] === "--version" ? ["version"] : args;
  if (name === undefined || name === "--help" || name === "-h" || name === "help") {
    io.stdout(help());
    return name === undefined ? 2 : 0;
  }
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command) return (await command.load())(rest, io);
  io.stderr(`${paint(io, "red", "Unknown command:")} ${JSON.stringify(name)}\n\n${help()}`);
  return 2;
}

function help(): string {
  const width = Math.max(...Object.keys(COMMANDS).map((name) => name.length));
  const lines = Object.entries(COMMANDS).map(([name, { about }]) => `  ${name.padEnd(width)}  ${about}\n`);
  return `Usage: nekzus COMMAND [OPTIONS]\n\nNekzus, a secure gateway for the services of your network.\n\nCommands:\n${lines.join("")}\nRun "nekzus COMMAND --help" for the options of a command.\n`;
}

process.exitCode = await main(process.argv.slice(2), processIo());
