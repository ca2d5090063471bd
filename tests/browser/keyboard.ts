import type { Browser, BrowserContext, Locator, Page } from "playwright-core";
import { ADMIN, type Gateway } from "../harness/gateway.ts";
import { openWindow } from "./browser.ts";

/** Time for a whole walk, with a restart in it, on a busy machine. */
export const FLOW_MS = 90_000;

/** Nobody presses Tab more often than this to get somewhere. */
const MOST_TABS = 80;

/** Presses Tab until `target` has the focus. Throws with the way that the focus took when it never gets there. */
export async function tabTo(target: Locator): Promise<void> {
  await target.waitFor();
  const page = target.page();
  const way: string[] = [];
  // A handle, because looking for the role anew after each key takes longer than the key.
  let element = await target.elementHandle();
  for (let presses = 0; presses <= MOST_TABS; presses++) {
    const at = await element?.evaluate((wanted) => {
      if (!wanted.isConnected) return "gone";
      return wanted === document.activeElement ? "there" : "elsewhere";
    });
    if (at === "there") return;
    if (at === "gone") element = await target.elementHandle();
    await page.keyboard.press("Tab");
    way.push(await focusName(page));
  }
  throw new Error(`Tab does not lead to ${target}. The focus went: ${way.join(" → ")}`);
}

/** Goes to a button, a link or an option with Tab and presses a key there. */
export async function press(target: Locator, key = "Enter"): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press(key);
}

/** Goes to a field with Tab and types over what stands there; an empty text empties it. */
export async function typeInto(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  const { keyboard } = target.page();
  await keyboard.press("ControlOrMeta+a");
  if (text) await keyboard.type(text);
  else await keyboard.press("Delete");
}

/** Signs in on the page that is shown, with Enter in the last field. */
export async function signInByKeyboard(page: Page, { username, password }: { username: string; password: string }) {
  await typeInto(page.getByLabel("User name"), username);
  await typeInto(page.getByLabel("Password", { exact: true }), password);
  await page.keyboard.press("Enter");
}

/** What has the focus, as a person would name it: for messages, and to see that the focus was not lost. */
export function focusName(page: Page): Promise<string> {
  return page.evaluate(() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "nothing";
    const label = focused instanceof HTMLInputElement ? focused.labels?.[0]?.textContent : undefined;
    const name = focused.getAttribute("aria-label") ?? label ?? focused.textContent ?? "";
    return `${focused.getAttribute("role") ?? focused.tagName.toLowerCase()} “${name.trim().slice(0, 40)}”`;
  });
}

/**
 * Stops the gateway under an open page, does what the person does meanwhile, and starts it again. The page says that it
 * is away and goes on by itself, without being loaded anew.
 */
export async function restartUnder(page: Page, gateway: Gateway, meanwhile: () => Promise<unknown>): Promise<void> {
  // An open dialog hides the banner's role, not the banner.
  const banner = page.getByText("The gateway does not answer.", { exact: true });
  await gateway.stop();
  await meanwhile();
  await banner.waitFor();
  await gateway.startAgain();
  await banner.waitFor({ state: "hidden" });
}

/** Cookies and proof of the administrator, for windows that are signed in from the start. */
export async function signedInByKeyboard(
  browser: Browser,
  api: string,
): Promise<Awaited<ReturnType<BrowserContext["storageState"]>>> {
  const window = await openWindow(browser);
  const page = await window.newPage();
  await page.goto(api);
  await signInByKeyboard(page, ADMIN);
  await page.getByRole("heading", { name: "Home" }).waitFor();
  const state = await window.storageState();
  await window.close();
  return state;
}
