import { homedir } from "node:os";
import { posix, win32 } from "node:path";

type Machine = { platform: NodeJS.Platform; home: string; root: boolean };

function thisMachine(): Machine {
  return { platform: process.platform, home: homedir(), root: process.getuid?.() === 0 };
}

/**
 * The folder for everything the gateway keeps, when nothing else is said: NEKZUS_DATA, else the usual place of
 * the system for the user who runs it; /var/lib/nekzus for root.
 */
export function defaultDataFolder(
  env: Readonly<Record<string, string | undefined>>,
  machine: Machine = thisMachine(),
): string {
  if (env.NEKZUS_DATA) return env.NEKZUS_DATA;
  if (machine.platform === "win32") {
    return win32.join(env.LOCALAPPDATA || win32.join(machine.home, "AppData", "Local"), "nekzus");
  }
  if (machine.root) return "/var/lib/nekzus";
  if (machine.platform === "darwin") return posix.join(machine.home, "Library", "Application Support", "nekzus");
  // A relative XDG_DATA_HOME must be ignored (XDG Base Directory Specification).
  const xdg = env.XDG_DATA_HOME?.startsWith("/") ? env.XDG_DATA_HOME : posix.join(machine.home, ".local", "share");
  return posix.join(xdg, "nekzus");
}
