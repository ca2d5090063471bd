import type { PrefixReport } from "../core/catalog/compatibility/check.ts";
import { printable } from "../core/config/faults.ts";
import { loadConfig } from "../core/config/load.ts";
import { askRunning } from "../core/control/control.ts";
import { EXIT } from "./arguments.ts";
import { type Io, paint } from "./io.ts";

/** Lets the running gateway look at an app. Answers the exit status. Throws when it refuses, or when none runs. */
export async function checkPrefix(
  place: { file: string | undefined; dataFolder: string | undefined },
  io: Io,
  app: string,
  asJson: boolean,
): Promise<number> {
  const { config } = loadConfig({ ...place, env: io.env });
  const answer = await askRunning(config.storage.data_folder, "route.check", { app });
  if (!answer) throw new Error("No gateway runs on this data folder. Start it: the check opens the app through it.");
  const report = answer.result as PrefixReport;
  io.stdout(asJson ? printableJson(report) : shown(report, io));
  return report.ok ? EXIT.ok : EXIT.failed;
}

/** A report as JSON. What is printed for a control character is the escape that JSON has for it. */
export function printableJson(report: unknown): string {
  const lines = JSON.stringify(report, null, 2).split("\n");
  return `${lines.map(printable).join("\n")}\n`;
}

const COLORS = { info: "green", remark: "yellow", breaks: "red" } as const;
const COVERED = {
  "page-script": "kept in the prefix by the gateway's script",
  "way-back": "led back by the gateway",
  nothing: "",
} as const;

function shown(report: PrefixReport, io: Io): string {
  const rows = report.findings.flatMap((finding) => {
    const { severity, path, line, column, text, count, message, certainty, coveredBy } = finding;
    const at = line === undefined ? path : `${path}:${line}${column === undefined ? "" : `:${column}`}`;
    const notes = [certainty, COVERED[coveredBy], count > 1 ? `${count} times` : ""].filter(Boolean).join(", ");
    return [
      `${paint(io, COLORS[severity], severity.padEnd(6))}  ${printable(message)} (${notes})`,
      `        ${printable(at)}${text === undefined ? "" : `  ${printable(text)}`}`,
    ];
  });
  const known = report.preset
    ? [`Known app: ${printable(report.preset.name)}. ${printable(report.preset.note)}`.trim()]
    : [];
  const verdict = paint(io, report.ok ? "green" : "red", report.verdict);
  const seen = `${printable(report.url)}, ${report.filesRead} files read`;
  const lines = [...rows, ...(rows.length ? [""] : []), seen, `${verdict}: ${printable(report.message)}`, ...known];
  return `${[...lines, printable(report.advice)].join("\n")}\n`;
}
