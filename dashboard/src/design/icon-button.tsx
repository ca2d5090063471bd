import type { ComponentProps, ReactNode } from "react";
import { Button } from "./button.tsx";
import type { ButtonRank, ButtonSize } from "./button-look.ts";
import { classes } from "./classes.ts";
import { Tooltip } from "./tooltip.tsx";

type IconButtonProps = Omit<ComponentProps<"button">, "children" | "aria-label"> & {
  /** What happens when it is pressed; its name for assistive technology and its tooltip. */
  label: string;
  /** Such as `<Trash2 />`. */
  icon: ReactNode;
  rank?: ButtonRank;
  size?: ButtonSize;
  pending?: boolean;
};

/** A square button with an icon; `quiet` unless a rank is given. */
export function IconButton({ label, icon, rank = "quiet", size = "medium", className, ...rest }: IconButtonProps) {
  const square = size === "small" ? "size-control-small" : "size-control";
  return (
    <Tooltip text={label}>
      <Button
        {...rest}
        rank={rank}
        size={size}
        aria-label={label}
        className={classes("max-w-none! shrink-0 px-0! py-0!", square, className)}
      >
        <span aria-hidden className={classes("block", size === "small" ? "[&>svg]:size-4" : "[&>svg]:size-4.5")}>
          {icon}
        </span>
      </Button>
    </Tooltip>
  );
}
