import { useLingui } from "@lingui/react/macro";
import { X } from "lucide-react";
import { useId, useRef, useState } from "react";
import { Button } from "./button.tsx";
import { classes } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";
import { TextInput } from "./text-input.tsx";

type ListInputProps = {
  values: readonly string[];
  onChange(values: string[]): void;
  /** What one entry is called, for the names of the buttons: "scope", "path". */
  entry: string;
  placeholder?: string;
  /** Offered while typing. */
  suggestions?: readonly string[];
  /** Returns what is wrong with an entry, or nothing. */
  check?(value: string): string | undefined;
  /** In a proportional face; entries are in monospace otherwise. */
  proportional?: boolean;
  disabled?: boolean;
  /** Only Enter ends an entry: it may hold spaces and commas. */
  lines?: boolean;
};

/**
 * Several short values. Enter or a comma adds what is typed, pasting a list adds all of it, Backspace in the empty
 * field takes the last one away.
 */
export function ListInput({
  values,
  onChange,
  entry,
  placeholder,
  suggestions,
  check,
  proportional,
  disabled,
  lines,
}: ListInputProps) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [fault, setFault] = useState<string>();
  const box = useRef<HTMLDivElement>(null);
  const focusInput = () => box.current?.querySelector("input")?.focus();

  const add = (text: string) => {
    const parts = lines ? text.split("\n").map((part) => part.trim()) : text.split(/[\s,]+/);
    const fresh = parts.filter((value) => value !== "" && !values.includes(value));
    const wrong = fresh.map((value) => check?.(value)).find(Boolean);
    if (wrong) {
      // What was pasted stays to be corrected.
      setTyped(text);
      return setFault(wrong);
    }
    setTyped("");
    setFault(undefined);
    if (fresh.length > 0) onChange([...values, ...new Set(fresh)]);
  };
  const list = useId();

  return (
    <div ref={box} className="space-y-2">
      {values.length > 0 && (
        <ul className="flex flex-wrap gap-1.5">
          {values.map((value) => (
            <li
              key={value}
              className={classes(
                "flex max-w-full items-center rounded-md border border-line bg-sunken pl-2.5 text-sm",
                !proportional && "font-mono",
              )}
            >
              <span className="min-w-0 break-all">{value}</span>
              <IconButton
                size="small"
                disabled={disabled}
                label={t`Remove ${entry} ${value}`}
                icon={<X />}
                onClick={() => {
                  onChange(values.filter((other) => other !== value));
                  focusInput();
                }}
              />
            </li>
          ))}
        </ul>
      )}
      <div className="flex gap-2">
        <TextInput
          value={typed}
          mono={!proportional}
          disabled={disabled}
          placeholder={placeholder}
          list={suggestions && list}
          autoComplete="off"
          enterKeyHint="done"
          onChange={(text) => ((lines ? /\n/ : /[,\n]/).test(text) ? add(text) : setTyped(text))}
          onPaste={(event) => {
            const text = event.clipboardData.getData("text");
            if (!(lines ? /\n/ : /[\s,]/).test(text.trim())) return;
            event.preventDefault();
            add(text);
          }}
          onKeyDown={(event) => {
            // The keys of an input method are not for us yet.
            if (event.nativeEvent.isComposing) return;
            if (event.key === "Enter" && typed.trim() !== "") {
              event.preventDefault();
              add(typed);
            } else if (event.key === "Backspace" && typed === "" && values.length > 0) {
              onChange(values.slice(0, -1));
            }
          }}
          onBlur={(event) => {
            if (!box.current?.contains(event.relatedTarget)) add(typed);
          }}
        />
        <Button
          disabled={disabled}
          onClick={() => {
            add(typed);
            focusInput();
          }}
        >
          {t`Add`}
        </Button>
      </div>
      {suggestions && (
        <datalist id={list}>
          {suggestions
            .filter((value) => !values.includes(value))
            .map((value) => (
              <option key={value} value={value} />
            ))}
        </datalist>
      )}
      <p role="status" className={classes("text-sm font-medium text-bad", !fault && "sr-only")}>
        {fault}
      </p>
    </div>
  );
}
