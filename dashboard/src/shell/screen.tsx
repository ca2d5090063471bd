import { useRouterState } from "@tanstack/react-router";
import { type ReactNode, useEffect, useRef } from "react";
import { classes } from "../design/classes.ts";

/** Widths of a screen: lists and tiles use a large window, text would be too long in it. */
const widths = { wide: "max-w-6xl 2xl:max-w-[88rem]", narrow: "max-w-3xl" };

/** The location whose heading had the focus last: it moves only when a person goes to another screen. */
let announced: string | undefined;

/**
 * A screen: its one heading, what can be done on it, and its content. Names the window, and takes the focus to the
 * heading when a person came here from another screen, so that a screen reader reads on.
 */
export function Screen({
  title,
  lead,
  actions,
  width = "wide",
  children,
}: {
  title: string;
  /** One sentence below the heading. */
  lead?: ReactNode;
  /** Buttons beside the heading. */
  actions?: ReactNode;
  /** `narrow` is for what is read from top to bottom, one thing after the other; `wide` unless given. */
  width?: keyof typeof widths;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  // Not the location itself: that is the new one already while the old screen is still shown.
  const pathname = useRouterState({ select: ({ resolvedLocation }) => resolvedLocation?.pathname });

  useEffect(() => {
    document.title = `${title} · Nekzus`;
  }, [title]);

  useEffect(() => {
    if (pathname === undefined) return;
    if (announced !== undefined && announced !== pathname) heading.current?.focus({ preventScroll: true });
    announced = pathname;
  }, [pathname]);

  return (
    <div className={classes("mx-auto w-full px-4 pt-4 pb-24 md:px-8 md:pt-6 md:pb-12", widths[width])}>
      <header className="mb-4 flex min-h-control max-md:pr-12 flex-wrap items-center gap-x-4 gap-y-2">
        {/* Buttons move below a title that leaves them no room; the lead takes no part in that. */}
        <div className="min-w-0 flex-auto">
          <h1 ref={heading} tabIndex={-1} className="text-2xl font-semibold tracking-tight outline-none">
            {title}
          </h1>
          {lead && <p className="w-0 min-w-full text-muted">{lead}</p>}
        </div>
        {actions && <div className="flex flex-wrap items-center gap-2">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
