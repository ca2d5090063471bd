/** A question that is still closing gives the focus back within so long, in ms. */
const CLOSING_MS = 400;

/** Moves the focus to the screen's heading if what had it is gone; a person who is elsewhere by now stays there. */
export function catchFocus(): void {
  requestAnimationFrame(catchNow);
  setTimeout(catchNow, CLOSING_MS);
}

function catchNow(): void {
  const { activeElement } = document;
  if (activeElement && activeElement !== document.body) return;
  document.querySelector<HTMLElement>("h1")?.focus({ preventScroll: true });
}
