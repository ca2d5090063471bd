/**
 * Puts text on the clipboard; false where the browser refuses. The Clipboard API needs https, so plain HTTP goes the
 * old way: a hidden field, selected and copied.
 */
export async function copyText(text: string): Promise<boolean> {
  if (window.isSecureContext && navigator.clipboard) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // Refused, perhaps because the page lost the focus: the old way may still work.
    }
  }
  const before = document.activeElement;
  // Inside an open dialog, because a dialog takes the focus back from what lies outside.
  const host = before?.closest('[role="dialog"], [role="alertdialog"]') ?? document.body;
  const field = document.createElement("textarea");
  field.value = text;
  field.readOnly = true;
  field.setAttribute("aria-hidden", "true");
  field.className = "fixed top-0 left-0 opacity-0";
  host.append(field);
  field.select();
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    if (before instanceof HTMLElement) before.focus({ preventScroll: true });
  }
}
