import type { Theme } from "../../design/themes.ts";

/** A small drawing of the page in a theme's own colours. */
export function ThemePicture({ palette, scheme }: Pick<Theme, "palette" | "scheme">) {
  return (
    <span
      data-palette={palette}
      data-scheme={scheme}
      className="flex h-12 w-18 overflow-hidden rounded-md border border-line-strong bg-canvas forced-color-adjust-none"
    >
      <span className="w-4 border-r border-line bg-surface p-1">
        <span className="block h-1 rounded-full bg-accent" />
        <span className="mt-1 block h-1 rounded-full bg-line-strong" />
        <span className="mt-1 block h-1 rounded-full bg-line-strong" />
      </span>
      <span className="flex-1 p-1.5">
        <span className="block h-1 w-3/4 rounded-full bg-text" />
        <span className="mt-1.5 block rounded-sm border border-line bg-surface p-1">
          <span className="block h-1 w-1/2 rounded-full bg-muted" />
          <span className="mt-1 block h-1.5 w-4 rounded-full bg-accent" />
        </span>
      </span>
    </span>
  );
}
