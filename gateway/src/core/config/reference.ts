import type { ConfigKey } from "@nekzus/contract/config";
import { defaultText, typeText } from "./describe.ts";
import { KEYS } from "./keys.ts";

const INTRODUCTION = `# Configuration

The gateway runs without any configuration. What you want different goes into a file, YAML or JSON:
\`nekzus.yaml\`, \`nekzus.yml\` or \`nekzus.json\` in the data folder, or the file named with \`--config\`.

    server:
      base_url: https://nekzus.example.org:8443
    routes:
      - id: grafana
        app_id: grafana
        to: http://192.168.1.10:3000

\`nekzus config check\` names everything that is wrong with file, line and key. \`nekzus config explain KEY\` tells the
value of a setting, where it comes from and whether a change needs a restart.

- **Order.** Options of the command line go before the environment, the environment before the file, the file
  before the defaults. An empty variable, and a key without a value, count as not set.
- **Reload.** A change of the file is noticed after half a second; SIGHUP asks for it at once. The new configuration
  is put in force as a whole or, when anything in it is wrong, not at all. Keys marked *restart* keep their old value
  until the next start.
- **Secrets.** Every secret key can be written as \`KEY_file\` with the path of a file that holds the value, and every
  variable \`NAME\` as \`NAME_FILE\`. Files with secrets must not be readable by everybody; those that Docker mounts
  under \`/run/secrets/\` may be.
- **References.** \`\${NAME}\` inside a text of the file is replaced by that environment variable; \`$\${\` stands for
  the text \`\${\` itself.
- **Values.** Durations are written like \`500ms\`, \`30s\` or \`1h30m\`. A list may also be written as one text with commas.
  Relative paths are seen from the folder of the file they stand in, from the working folder when they come from the
  environment, and from the data folder when they are defaults.
- **Data folder.** Without \`--data\` and \`NEKZUS_DATA\`: \`/var/lib/nekzus\` for root; else \`$XDG_DATA_HOME/nekzus\` or
  \`~/.local/share/nekzus\`, on macOS \`~/Library/Application Support/nekzus\`, on Windows \`%LOCALAPPDATA%\\nekzus\`.

Keys marked *no effect yet* belong to features that this version does not have. They are checked, and a warning says so.
`;

/** The reference page of the configuration, in Markdown, made from the table of keys. */
export function configurationReference(): string {
  const sections = new Map<string, ConfigKey[]>();
  for (const key of KEYS.values()) {
    const section = key.path.split(".")[0] as string;
    sections.set(section, [...(sections.get(section) ?? []), key]);
  }
  const parts = [INTRODUCTION];
  for (const [name, keys] of sections) {
    parts.push(`## ${name}\n`, table(HEAD, keys.map(row)), "");
    for (const key of keys) if (key.type.fields) parts.push(fields(key, key.type.fields), "");
  }
  return `${parts.join("\n").trimEnd()}\n`;
}

const HEAD = ["Key", "Type", "Default", "Environment", "Change", "Meaning"];

function row(key: ConfigKey): string[] {
  const change = key.since === "later" ? "no effect yet" : key.reload;
  const plain = key.type.fields || ["boolean", "path", "text"].includes(key.type.name);
  const said = plain ? key.describe : `${key.describe} Must be ${key.type.allowed}.`;
  const secret = key.secret ? ` Secret; also \`${key.path}_file\`.` : "";
  return [
    code(key.path),
    typeText(key),
    key.defaultText || key.default === "" || key.default === undefined ? defaultText(key) : code(defaultText(key)),
    key.env ? `${code(key.env)}${key.envAdds ? " (adds)" : ""}` : "",
    change,
    said + secret,
  ];
}

function fields(key: ConfigKey, facts: NonNullable<ConfigKey["type"]["fields"]>): string {
  const rows = facts.map((field) => [
    code(field.name),
    field.type,
    field.default.includes(" ") || field.default === "required" || !field.default ? field.default : code(field.default),
    field.describe,
  ]);
  const spelling = Array.isArray(key.default) ? " Names may also be written in camelCase." : "";
  return `Fields of each entry of ${code(key.path)}.${spelling}\n\n${table(["Field", "Type", "Default", "Meaning"], rows)}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function code(text: string): string {
  return `\`${text}\``;
}
