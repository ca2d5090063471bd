import { createLink } from "@tanstack/react-router";
import type { ComponentProps, ReactNode } from "react";
import { ButtonContent } from "./button.tsx";
import { type ButtonRank, type ButtonSize, buttonLook } from "./button-look.ts";
import { classes } from "./classes.ts";

type ButtonAnchorProps = ComponentProps<"a"> & { rank?: ButtonRank; size?: ButtonSize; icon?: ReactNode };

/** A link to an address outside the dashboard that looks like a button. */
export function ButtonAnchor({
  rank = "secondary",
  size = "medium",
  icon,
  className,
  children,
  ...rest
}: ButtonAnchorProps) {
  return (
    <a {...rest} className={classes(buttonLook(rank, size), className)}>
      <ButtonContent icon={icon}>{children}</ButtonContent>
    </a>
  );
}

/** A link to another screen that looks like a button; takes `to`, `params` and `search` of the router. */
export const ButtonLink = createLink(ButtonAnchor);
