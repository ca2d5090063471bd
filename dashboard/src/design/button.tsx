import { useLingui } from "@lingui/react/macro";
import { LoaderCircle } from "lucide-react";
import type { ComponentProps, MouseEvent, ReactNode } from "react";
import { type ButtonRank, type ButtonSize, buttonLook } from "./button-look.ts";
import { classes } from "./classes.ts";

/** What a button takes beside the attributes of `<button>`. */
export type ButtonProps = ComponentProps<"button"> & {
  /** `secondary` unless given. */
  rank?: ButtonRank;
  size?: ButtonSize;
  /** An icon before the text, such as `<Plus />`. */
  icon?: ReactNode;
  /** Busy with what it was pressed for: keeps its width and its focus, and ignores further presses. */
  pending?: boolean;
};

/** A button. Its text says what will happen: "Delete route", not "OK". */
export function Button({
  rank = "secondary",
  size = "medium",
  icon,
  pending = false,
  type = "button",
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const { t } = useLingui();
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (pending) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <button
      {...rest}
      type={type}
      aria-busy={pending || undefined}
      aria-disabled={pending || undefined}
      onClick={press}
      className={classes(buttonLook(rank, size), className)}
    >
      <ButtonContent icon={icon} hidden={pending}>
        {children}
      </ButtonContent>
      {pending && (
        <span className="absolute inset-0 flex items-center justify-center">
          <LoaderCircle aria-hidden className="size-4 animate-spin" />
          <span className="sr-only">{t`Working`}</span>
        </span>
      )}
    </button>
  );
}

/** Icon and text of a button or of a link that looks like one. */
export function ButtonContent({ icon, hidden, children }: { icon?: ReactNode; hidden?: boolean; children: ReactNode }) {
  return (
    <>
      {icon && (
        <span aria-hidden className={classes("-ml-0.5 shrink-0 [&>svg]:size-4", hidden && "opacity-0")}>
          {icon}
        </span>
      )}
      <span className={classes(hidden && "opacity-0")}>{children}</span>
    </>
  );
}
