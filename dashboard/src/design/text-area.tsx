import type { ComponentProps } from "react";
import { classes } from "./classes.ts";
import { useFieldControl } from "./field.tsx";
import { inputLook } from "./input-look.ts";

type TextAreaProps = Omit<ComponentProps<"textarea">, "value" | "onChange"> & {
  value: string;
  onChange(value: string): void;
  mono?: boolean;
};

/** Several lines of text; grows with them where the browser can. */
export function TextArea({ value, onChange, mono, rows = 4, className, ...rest }: TextAreaProps) {
  const field = useFieldControl();
  return (
    <textarea
      {...field}
      spellCheck={mono ? false : undefined}
      {...rest}
      rows={rows}
      value={value}
      onChange={(event) => onChange(event.target.value)}
      className={classes(
        inputLook,
        "max-h-96 min-h-20 resize-y px-3 py-2 [field-sizing:content]",
        mono && "font-mono text-sm",
        className,
      )}
    />
  );
}
