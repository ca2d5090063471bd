import { type ComponentProps, type ReactNode, useId } from "react";
import { classes } from "./classes.ts";

type TickBoxProps = Omit<ComponentProps<"input">, "type" | "onChange" | "checked"> & {
  checked: boolean;
  onChange(checked: boolean): void;
  /** Some of what it stands for is ticked, some is not. */
  mixed?: boolean;
};

/** The box alone, for table rows; it needs an `aria-label`. Elsewhere use `Checkbox`. */
export function TickBox({ checked, onChange, mixed = false, className, ...rest }: TickBoxProps) {
  return (
    <span className={classes("relative inline-flex size-4.5 shrink-0", className)}>
      <input
        {...rest}
        type="checkbox"
        checked={checked}
        ref={(box) => {
          if (box) box.indeterminate = mixed;
        }}
        onChange={(event) => onChange(event.target.checked)}
        className={
          "peer size-full appearance-none rounded-sm border border-line-strong bg-surface checked:border-accent checked:bg-accent indeterminate:border-accent indeterminate:bg-accent " +
          "disabled:opacity-50 forced-colors:appearance-auto " +
          // A finger meets 44 px, a mouse 26, however small the box is drawn.
          "before:absolute before:-inset-1 pointer-coarse:before:-inset-3.5"
        }
      />
      <svg
        viewBox="0 0 18 18"
        aria-hidden="true"
        className={classes(
          "pointer-events-none absolute inset-0 fill-none stroke-on-accent stroke-2 forced-colors:hidden",
          !checked && !mixed && "opacity-0",
        )}
      >
        <path strokeLinecap="round" strokeLinejoin="round" d={mixed ? "M5 9h8" : "m4.5 9.5 3 3 6-7"} />
      </svg>
    </span>
  );
}

type CheckboxProps = TickBoxProps & { label: ReactNode; help?: ReactNode };

/** A statement that is true or false, with its label. It counts when the form is saved. */
export function Checkbox({ label, help, id, ...rest }: CheckboxProps) {
  const made = useId();
  const own = id ?? made;
  return (
    <div className="flex gap-2.5 pointer-coarse:py-2.5">
      <TickBox {...rest} id={own} aria-describedby={help ? `${own}-help` : undefined} className="mt-0.75" />
      <div className="min-w-0">
        <label htmlFor={own}>{label}</label>
        {help && (
          <div id={`${own}-help`} className="text-sm text-muted">
            {help}
          </div>
        )}
      </div>
    </div>
  );
}
