/** `npm run bench`: our shipped gateway beside nginx, HAProxy and Caddy; `--help` tells the options. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { bundle, ROOT } from "../tools/delivery/bundle.ts";
import { replaceFolder } from "../tools/delivery/replace-folder.ts";
import { closeAll } from "./closing.ts";
import { writeDocument } from "./document.ts";
import { describeMachine, warnWhenBusy } from "./machine.ts";
import { measure } from "./measure.ts";
import { HELP, type Options, readOptions } from "./options.ts";
import { holds } from "./result.ts";
import { gateText, resultText } from "./text.ts";

for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void closeAll().finally(() => process.exit(130)));
}

try {
  const options = readOptions(process.argv.slice(2));
  if (options) process.exitCode = await run(options);
  else console.log(HELP);
} catch (error) {
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 2;
} finally {
  await closeAll();
}

/** Answers the exit code. */
async function run(options: Options): Promise<number> {
  const busy = warnWhenBusy();
  if (busy !== undefined) console.warn(`bench: ${busy}`);
  if (options.build) await replaceFolder(join(ROOT, "gateway/dist"), bundle);
  const results = await measure(options, (result) => console.log(resultText(result)));
  const remark = [
    options.quick ? "quickly (short windows, few rounds)" : "in a whole run",
    ...(busy ? [busy] : []),
  ].join("; ");
  if (options.json)
    writeFileSync(options.json, `${JSON.stringify({ machine: describeMachine(), results }, null, 2)}\n`);
  if (options.write) writeDocument(results, remark);
  const missed = results.flatMap(({ id, gates, failures }) => [
    ...gates.filter((gate) => !holds(gate)).map((gate) => `${id}: ${gateText(gate)}`),
    ...failures.map((failure) => `${id}: ${failure}`),
  ]);
  if (!options.check || missed.length === 0) return 0;
  console.error(`\nnot within the budgets:\n${missed.map((line) => `  ${line}`).join("\n")}`);
  return 1;
}
