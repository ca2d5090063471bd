import { ChevronDown } from "lucide-react";
import type { ComponentProps, ReactNode } from "react";
import { classes } from "./classes.ts";
import { useFieldControl } from "./field.tsx";
import { inputLook, inputSize } from "./input-look.ts";

/** One choice; those with the same `group` stand together under its name. */
export type SelectOption<Value extends string> = {
  value: Value;
  label: string;
  group?: string;
  disabled?: boolean;
};

type SelectProps<Value extends string> = Omit<ComponentProps<"select">, "value" | "onChange" | "children"> & {
  value: Value;
  onChange(value: NoInfer<Value>): void;
  options: readonly SelectOption<Value>[];
};

/** One of several choices, with the system's own list: it works with every finger, reader and keyboard. */
export function Select<Value extends string>({ value, onChange, options, className, ...rest }: SelectProps<Value>) {
  const field = useFieldControl();
  return (
    <span className="relative block">
      <select
        {...field}
        {...rest}
        value={value}
        onChange={(event) => {
          const chosen = options.find((option) => option.value === event.target.value);
          if (chosen) onChange(chosen.value);
        }}
        className={classes(
          inputLook,
          inputSize,
          "appearance-none truncate pr-9 forced-colors:appearance-auto",
          className,
        )}
      >
        {grouped(options)}
      </select>
      <ChevronDown
        aria-hidden
        className="pointer-events-none absolute inset-y-0 right-3 my-auto size-4 text-muted forced-colors:hidden"
      />
    </span>
  );
}

function grouped<Value extends string>(options: readonly SelectOption<Value>[]): ReactNode[] {
  const groups = Map.groupBy(options, ({ group }) => group);
  return [...groups].map(([group, members]) => {
    const items = members.map(({ value, label, disabled }) => (
      <option key={value} value={value} disabled={disabled} className="bg-surface text-text">
        {label}
      </option>
    ));
    if (group === undefined) return items;
    return (
      <optgroup key={group} label={group}>
        {items}
      </optgroup>
    );
  });
}
