import type { Logger } from "./log.ts";

/**
 * Ends the process, with a line in the log, when an error was caught by nobody: what stands after it is unknown, and
 * the supervisor starts a whole one. Nothing goes on half dead.
 */
export function exitOnFault(log: Logger): void {
  process.on("uncaughtException", (error, origin) => {
    log.fatal({ err: error, origin }, "a fault that nobody caught ends this process");
    process.exit(1);
  });
}
