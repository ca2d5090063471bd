import { useLingui } from "@lingui/react/macro";
import { createLink } from "@tanstack/react-router";
import { ExternalLink } from "lucide-react";
import type { ComponentProps } from "react";
import { classes } from "./classes.ts";

const look =
  "rounded-sm font-medium text-accent-ink underline decoration-1 decoration-accent-ink/40 underline-offset-3 hover:decoration-accent-ink";

/** A link to an address outside the dashboard. With `target="_blank"` it says that a new tab opens. */
export function TextAnchor({ className, children, ...rest }: ComponentProps<"a">) {
  const { t } = useLingui();
  const opensTab = rest.target === "_blank";
  return (
    <a rel={opensTab ? "noreferrer noopener" : undefined} {...rest} className={classes(look, className)}>
      {children}
      {opensTab && (
        <>
          <ExternalLink aria-hidden className="ml-1 inline size-3.5 align-[-0.1em]" />
          <span className="sr-only"> {t`(opens in a new tab)`}</span>
        </>
      )}
    </a>
  );
}

/** A link in running text to another screen; takes `to`, `params` and `search` of the router. */
export const TextLink = createLink(TextAnchor);
