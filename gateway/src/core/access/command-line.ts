import type { z } from "zod";
import { Problem } from "../../kit/problem.ts";
import { LOCAL } from "../../wire/principal.ts";
import type { Caller } from "../http/binding.ts";

/** Who the command line is: whoever may reach the control socket or the data folder is on the machine itself. */
export const COMMAND_LINE: Caller = {
  principal: LOCAL,
  facts: { id: "command-line", address: "127.0.0.1", local: true, secure: true, listener: "api" },
};

/** What a command was given. Throws `VALIDATION_FAILED`, naming the first field that is wrong. */
export function readInput<T extends z.ZodType>(schema: T, input: unknown): z.output<T> {
  const result = schema.safeParse(input);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Problem("VALIDATION_FAILED", `${issue?.path.join(".")}: ${issue?.message}`);
}
