import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { useFieldControl } from "./field.tsx";
import { inputLook, inputSize } from "./input-look.ts";

/** The attributes of `<input>`, with a value that is always a string. */
export type TextInputProps = Omit<ComponentProps<"input">, "value" | "onChange"> & {
  value: string;
  onChange(value: string): void;
  /** In monospace: for ids, paths and addresses. */
  mono?: boolean;
};

/** One line of text. */
export function TextInput({ value, onChange, mono, type = "text", className, ...rest }: TextInputProps) {
  const field = useFieldControl();
  return (
    <input
      {...field}
      spellCheck={mono ? false : undefined}
      autoCapitalize={mono ? "off" : undefined}
      {...rest}
      type={type}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={classes(inputLook, inputSize, mono && "font-mono text-sm", className)}
    />
  );
}
