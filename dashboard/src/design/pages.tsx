import { Trans } from "@lingui/react/macro";
import { Button } from "./button.tsx";

type PagesProps = {
  /** How many come before the first that is shown. */
  offset: number;
  /** How many a page holds. */
  size: number;
  total: number;
  /** `page` counts from one. */
  onPage(page: number): void;
};

/** Where in a long list one is, the newest first, and the way to its other pages. */
export function Pages({ offset, size, total, onPage }: PagesProps) {
  const page = Math.floor(offset / size) + 1;
  const [first, last] = [offset + 1, Math.min(offset + size, total)];
  return (
    <div className="flex flex-wrap items-center justify-between gap-3">
      <p className="text-sm text-muted">
        <Trans>
          {first} to {last} of {total}
        </Trans>
      </p>
      <div className="flex gap-2">
        <Button size="small" disabled={offset === 0} onClick={() => onPage(page - 1)}>
          <Trans>Newer</Trans>
        </Button>
        <Button size="small" disabled={last >= total} onClick={() => onPage(page + 1)}>
          <Trans>Older</Trans>
        </Button>
      </div>
    </div>
  );
}
