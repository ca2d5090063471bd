import { Plural } from "@lingui/react/macro";
import { CircleX } from "lucide-react";
import { type ReactNode, useEffect, useRef } from "react";

/** One fault: `id` is that of the field, `text` what is wrong and what to do. Without `id` it belongs to the form. */
export type FormError = { id?: string; text: ReactNode };

/**
 * The faults of a form, above it. Focus moves here each time a new list arrives (make one per attempt to save), and
 * each entry leads to its field.
 */
export function FormErrors({ errors }: { errors: readonly FormError[] }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div ref={box} role="alert" tabIndex={-1} className="rounded-lg border border-bad/40 bg-bad-soft p-3.5">
      <p className="flex items-center gap-2 font-medium">
        <CircleX aria-hidden className="size-4.5 shrink-0 text-bad" />
        <Plural value={errors.length} one="One thing needs your attention" other="# things need your attention" />
      </p>
      <ul className="mt-2 space-y-1 pl-6.5 text-sm">
        {errors.map(({ id, text }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the list is replaced as a whole, never reordered
          <li key={index}>{id === undefined ? text : <LinkToField id={id}>{text}</LinkToField>}</li>
        ))}
      </ul>
    </div>
  );
}

function LinkToField({ id, children }: { id: string; children: ReactNode }) {
  return (
    <a
      href={`#${id}`}
      className="text-text underline underline-offset-3"
      onClick={(event) => {
        event.preventDefault();
        const field = document.getElementById(id);
        field?.scrollIntoView({ block: "center" });
        field?.focus();
      }}
    >
      {children}
    </a>
  );
}
