/** Under which id the gateway knows the subscription of this browser. */
const KEPT_ID = "nekzus.push";

/** The id of this browser's subscription, as far as it is known here. */
export function ownSubscription(): string {
  try {
    return localStorage.getItem(KEPT_ID) ?? "";
  } catch {
    return "";
  }
}

/** Remembers it; empty forgets it. */
export function keepOwnSubscription(id: string): void {
  try {
    if (id) localStorage.setItem(KEPT_ID, id);
    else localStorage.removeItem(KEPT_ID);
  } catch {
    // Without storage the list below still has it, under the browser's name.
  }
}
