import { type ComponentProps, type ReactNode, useId } from "react";

type SwitchProps = Omit<ComponentProps<"input">, "type" | "onChange" | "checked"> & {
  label: ReactNode;
  checked: boolean;
  onChange(checked: boolean): void;
  help?: ReactNode;
};

/** Switches something on or off at once. Inside a form that is saved later, use `Checkbox`. */
export function Switch({ label, checked, onChange, help, id, ...rest }: SwitchProps) {
  const made = useId();
  const own = id ?? made;
  return (
    <div className="flex items-start justify-between gap-4 pointer-coarse:py-2.5">
      <div className="min-w-0">
        <label htmlFor={own} className="font-medium">
          {label}
        </label>
        {help && (
          <div id={`${own}-help`} className="text-sm text-muted">
            {help}
          </div>
        )}
      </div>
      <input
        {...rest}
        id={own}
        type="checkbox"
        role="switch"
        checked={checked}
        aria-checked={checked}
        onChange={(event) => onChange(event.target.checked)}
        aria-describedby={help ? `${own}-help` : undefined}
        className={
          "relative h-6 w-10 shrink-0 appearance-none rounded-full border border-line-strong bg-sunken transition-colors checked:border-accent checked:bg-accent disabled:opacity-50 " +
          "after:absolute after:top-0.75 after:left-0.75 after:size-4 after:rounded-full after:bg-line-strong after:transition-transform checked:after:translate-x-4 checked:after:bg-on-accent " +
          "before:absolute before:-inset-1 pointer-coarse:before:-inset-3 forced-colors:appearance-auto forced-colors:after:hidden"
        }
      />
    </div>
  );
}
