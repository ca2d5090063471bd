import { type Logger, pino } from "pino";

export type { Logger };

/** The levels of the log, from the loudest to the quietest. */
export type LogLevel = "debug" | "info" | "warn" | "error" | "silent";

/**
 * Makes the log of one process: JSON lines on standard error, so that standard output carries only
 * what a command answers. JSON escapes control characters, so that a name or label cannot drive a
 * terminal.
 */
export function createLogger(process: string, level: LogLevel = "info"): Logger {
  return pino(
    {
      level,
      base: { process },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: {
        paths: ["*.password", "*.token", "*.authorization", "*.cookie", "*.secret", "headers.authorization"],
        censor: "[hidden]",
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
