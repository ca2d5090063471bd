/** The id of the element that names a row. */
export function nameIdOf(rowId: string): string {
  return `name-of-${rowId.replaceAll(" ", "-")}`;
}

/** A question that is still closing gives the focus back within so long, in ms: to the row's menu, or if that is gone anywhere. */
const CLOSING_MS = 400;

/** Where a person is who went on at once. */
const ELSEWHERE = "input, select, textarea, [role=dialog] *, [role=alertdialog] *, [aria-live] *";

/**
 * Where the focus goes on when a row is gone: to the row below, else the one above, else the screen's heading. Ask before
 * it goes; call what comes back when it is gone.
 */
export function neighbourOf(rowId: string): () => void {
  const row = document.getElementById(nameIdOf(rowId))?.closest("tr");
  const nearest = [row?.nextElementSibling, row?.previousElementSibling]
    .map((other) => other?.querySelector('[id^="name-of-"]')?.id)
    .find((id) => id !== undefined);
  return () => {
    setTimeout(() => {
      if (!document.activeElement?.matches(ELSEWHERE)) focusOn(nearest);
    }, CLOSING_MS);
  };
}

function focusOn(id: string | undefined): void {
  const found = id === undefined ? null : document.getElementById(id);
  (found ?? document.querySelector<HTMLElement>("h1"))?.focus({ preventScroll: true });
}
