import { resolve } from "node:path";
import { type ConfigKey, editDistance, nearest } from "@nekzus/contract/config";
import type { ConfigFault, ConfigWarning } from "./faults.ts";
import { shown } from "./file-keys.ts";
import { KEYS } from "./keys.ts";
import { type Environment, readValueFile } from "./references.ts";
import type { Given } from "./sources.ts";

/**
 * Reads the settings of the environment. For each variable NAME there is NAME_FILE, which names a file that holds
 * the value. An empty variable counts as not set.
 */
export function readEnvironment(
  env: Environment,
  refuse: (fault: ConfigFault) => void,
): { given: ReadonlyMap<string, Given>; files: readonly string[] } {
  const given = new Map<string, Given>();
  const files: string[] = [];
  for (const key of KEYS.values()) {
    if (!key.env) continue;
    const [name, fileName] = [key.env, `${key.env}_FILE`];
    if (env[name] && env[fileName]) {
      refuse({ env: name, key: key.path, message: `${name} and ${fileName} are both set: keep one of them` });
    } else if (env[name]) {
      readText(key, name, env[name]);
    } else if (env[fileName]) {
      const file = resolve(env[fileName]);
      files.push(file);
      const reading = readValueFile(file, key.secret === true);
      if ("text" in reading) readText(key, fileName, reading.text);
      else refuse({ env: fileName, key: key.path, message: reading.problem });
    }
  }

  function readText(key: ConfigKey, name: string, text: string): void {
    const reading = key.type.read(text);
    if (reading.ok) given.set(key.path, { value: reading.value, source: { from: "environment", name } });
    else {
      for (const { message } of reading.refusals)
        refuse({ env: name, key: key.path, message: message + shown(key, text) });
    }
  }

  return { given, files };
}

/** Variables whose name is almost one of ours: without this a slip of the keyboard would change nothing, silently. */
export function suspectVariables(env: Environment): ConfigWarning[] {
  const known = [...KEYS.values()].flatMap((key) => (key.env ? [key.env, `${key.env}_FILE`] : []));
  return Object.keys(env)
    .filter((name) => name.startsWith("NEKZUS_") && !known.includes(name))
    .flatMap((name) => {
      const meant = nearest(name, known) ?? "";
      return editDistance(name, meant) <= 2
        ? [{ env: name, key: "", message: `is not a known variable; did you mean ${meant}?` }]
        : [];
    });
}
