import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";
import { useFieldControl } from "./field.tsx";
import { inputLook, inputSize } from "./input-look.ts";

type NumberInputProps = Omit<ComponentProps<"input">, "value" | "onChange" | "type"> & {
  /** `undefined` is an empty field. */
  value: number | undefined;
  onChange(value: number | undefined): void;
  /** Behind the number: "seconds", "MB". */
  unit?: ReactNode;
};

/** A number. What is not one is reported as `undefined`; limits are for the form to check and to explain. */
export function NumberInput({ value, onChange, unit, className, ...rest }: NumberInputProps) {
  const field = useFieldControl();
  return (
    <span className="flex items-center gap-2">
      <input
        {...field}
        inputMode="numeric"
        {...rest}
        type="number"
        value={value ?? ""}
        onChange={(event) => {
          const typed = event.target.valueAsNumber;
          onChange(Number.isNaN(typed) ? undefined : typed);
        }}
        className={classes(inputLook, inputSize, "max-w-40 tabular-nums", className)}
      />
      {unit && <span className="text-sm text-muted">{unit}</span>}
    </span>
  );
}
