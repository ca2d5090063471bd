/** One thing that is wrong with the configuration, said so that a person can put it right. */
export type ConfigFault = {
  /** The file, when the value or the reason is in one. */
  file?: string;
  /** Counted from 1. */
  line?: number;
  column?: number;
  /** The environment variable that holds the value. */
  env?: string;
  /** The dotted key; empty when the file as a whole is meant. */
  key: string;
  /** What is wrong and what is allowed. Holds no value of a secret. */
  message: string;
};

/** Something that is allowed but probably not what was meant. */
export type ConfigWarning = ConfigFault;

/** All that is wrong with a configuration, at once. */
export class ConfigError extends Error {
  readonly errors: readonly ConfigFault[];
  /** `reading`: the file could not be read or is no YAML or JSON. `checking`: its content is not allowed. */
  readonly stage: "reading" | "checking";

  constructor(errors: readonly ConfigFault[], stage: "reading" | "checking") {
    super(errors.map(faultLine).join("\n"));
    this.name = "ConfigError";
    this.errors = errors;
    this.stage = stage;
  }
}

/** One line for a terminal or log: `file:line:column: key: message`. Control characters are escaped. */
export function faultLine(fault: ConfigFault): string {
  const place = fault.file
    ? [fault.file, fault.line, fault.column].filter((part) => part !== undefined).join(":")
    : fault.env && `environment ${fault.env}`;
  return printable([place, fault.key, fault.message].filter(Boolean).join(": "));
}

/** Escapes control and direction characters, so that a value cannot drive a terminal. */
export function printable(text: string): string {
  return text.replaceAll(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}
