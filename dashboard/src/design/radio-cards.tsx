import { type ReactNode, useId } from "react";
import { classes } from "./classes.ts";
import { FieldGroup } from "./field.tsx";

type RadioCard<Value extends string> = {
  value: Value;
  label: ReactNode;
  /** What choosing it means. */
  help?: ReactNode;
  icon?: ReactNode;
  disabled?: boolean;
};

type RadioCardsProps<Value extends string> = {
  label: ReactNode;
  value: Value | undefined;
  onChange(value: NoInfer<Value>): void;
  options: readonly RadioCard<Value>[];
  help?: ReactNode;
  error?: ReactNode;
  id?: string;
};

/** One of a few choices that need a word of explanation each. Brings its own label. */
export function RadioCards<Value extends string>({ value, onChange, options, ...group }: RadioCardsProps<Value>) {
  const name = useId();
  return (
    <FieldGroup {...group}>
      <div className="grid gap-2 sm:grid-cols-[repeat(auto-fit,minmax(17rem,1fr))]">
        {options.map((option) => (
          <label
            key={option.value}
            className={classes(
              "relative flex gap-3 rounded-lg border border-line bg-surface p-3 has-checked:border-accent has-checked:bg-accent-soft has-checked:ring-1 has-checked:ring-accent",
              "has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus",
              option.disabled ? "opacity-60" : "hover:not-has-checked:bg-hover",
            )}
          >
            <input
              type="radio"
              name={name}
              value={option.value}
              checked={option.value === value}
              disabled={option.disabled}
              onChange={() => onChange(option.value)}
              className="mt-0.75 size-4.5 shrink-0 appearance-none rounded-full border border-line-strong bg-surface outline-none checked:border-[5px] checked:border-accent forced-colors:appearance-auto"
            />
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{option.label}</span>
              {option.help && <span className="block text-sm text-muted">{option.help}</span>}
            </span>
            {option.icon && (
              <span aria-hidden className="shrink-0 text-muted [&>svg]:size-5">
                {option.icon}
              </span>
            )}
          </label>
        ))}
      </div>
    </FieldGroup>
  );
}
