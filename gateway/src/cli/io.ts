/** What a command reads from and writes to, besides its arguments. */
export type Io = {
  /** What the command answers. */
  stdout(text: string): void;
  /** What went wrong. */
  stderr(text: string): void;
  env: Readonly<Record<string, string | undefined>>;
  /** May the output carry colours? */
  color: boolean;
};

/** The input and output of this process. Colours only on a terminal, and not with NO_COLOR (no-color.org). */
export function processIo(): Io {
  return {
    stdout: (text) => process.stdout.write(text),
    stderr: (text) => process.stderr.write(text),
    env: process.env,
    color: process.stdout.isTTY === true && !process.env.NO_COLOR,
  };
}

/** Marks text with colours where they are allowed. */
export function paint(io: Io, style: "red" | "yellow" | "green" | "bold", text: string): string {
  const codes = { red: 31, yellow: 33, green: 32, bold: 1 };
  return io.color ? `\u001b[${codes[style]}m${text}\u001b[0m` : text;
}
