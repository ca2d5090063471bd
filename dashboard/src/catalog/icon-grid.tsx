import { Trans, useLingui } from "@lingui/react/macro";
import { useId, useState } from "react";
import { AppIconShape, shapeNames } from "../design/app-icon-shape.tsx";
import { SearchInput } from "../design/search-input.tsx";
import { searchIcons } from "./icon-search.ts";

/** `home` and `house` are the same drawing; older apps may hold either. */
const OFFERED = shapeNames.filter((name) => name !== "home");

/** The drawn icons to choose from, with a search. Load it on demand: it brings all of the drawings. */
export function IconGrid({ value, onChange }: { value: string; onChange(name: string): void }) {
  const { t } = useLingui();
  const group = useId();
  const [search, setSearch] = useState("");
  const found = searchIcons(OFFERED, search);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: Enter in the search would save the form around it
    <div className="space-y-2" onKeyDown={(event) => event.key === "Enter" && event.preventDefault()}>
      <SearchInput label={t`Find a drawing`} value={search} onChange={setSearch} />
      <div
        role="radiogroup"
        aria-label={t`Drawings`}
        className="grid max-h-48 grid-cols-[repeat(auto-fill,minmax(2.75rem,1fr))] gap-1 overflow-y-auto rounded-md border border-line bg-sunken p-1.5"
      >
        {found.map((name) => (
          <label
            key={name}
            title={name}
            className="flex h-11 items-center justify-center rounded-md border border-transparent text-text hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft has-checked:text-accent-ink has-focus-visible:outline-2 has-focus-visible:outline-focus [&>svg]:size-5"
          >
            <input
              type="radio"
              name={group}
              value={name}
              checked={value === name}
              onChange={() => onChange(name)}
              className="sr-only"
            />
            <AppIconShape name={name} fallback={null} />
            <span className="sr-only">{name.replaceAll("-", " ")}</span>
          </label>
        ))}
      </div>
      <p role="status" className={found.length > 0 ? "sr-only" : "text-sm text-muted"}>
        {found.length === 0 && <Trans>No drawing fits these words.</Trans>}
      </p>
    </div>
  );
}
