import { useLingui } from "@lingui/react/macro";
import { Search, X } from "lucide-react";
import { type Ref, useRef } from "react";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";
import { inputLook, inputSize } from "./input-look.ts";

type SearchInputProps = {
  /** What is searched: "Search apps". */
  label: string;
  value: string;
  onChange(value: string): void;
  ref?: Ref<HTMLInputElement>;
  className?: string;
};

/** A filter field. Escape empties it; the parent decides what the words match. */
export function SearchInput({ label, value, onChange, ref, className }: SearchInputProps) {
  const { t } = useLingui();
  const box = useRef<HTMLSpanElement>(null);
  return (
    <span ref={box} className={classes("relative block", className)}>
      <Search aria-hidden className="pointer-events-none absolute inset-y-0 left-3 my-auto size-4 text-muted" />
      <input
        ref={ref}
        type="search"
        aria-label={label}
        placeholder={label}
        value={value}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Escape" || value === "") return;
          event.preventDefault();
          event.stopPropagation();
          onChange("");
        }}
        className={classes(inputLook, inputSize, "appearance-none pr-11 pl-9 [&::-webkit-search-cancel-button]:hidden")}
      />
      <span className="absolute inset-y-0 right-0.5 flex items-center">
        {value !== "" && (
          <IconButton
            size="small"
            label={t`Clear the search`}
            icon={<X />}
            onClick={() => {
              onChange("");
              box.current?.querySelector("input")?.focus();
            }}
          />
        )}
      </span>
    </span>
  );
}
