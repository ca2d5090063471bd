import type { Locator, Page } from "playwright-core";

/** A change that a person makes on a screen, and what they must not lose when it fails. */
export type ChangeRow = {
  name: string;
  path: string;
  /** What the browser asks, below `/api/v1`. */
  call: string;
  /** Fills in what is needed. */
  prepare?(page: Page): Promise<void>;
  /** Asks for the change. */
  press(page: Page): Promise<void>;
  /** What stands there after the failure as it stood before. */
  kept(page: Page): Locator;
  /** What the kept field holds. */
  typed?: string;
};

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

async function rowMenu(page: Page, app: string, entry: string): Promise<void> {
  await button(page, `Actions for ${app}`).click();
  await page.getByRole("menuitem", { name: entry, exact: true }).click();
}

/** The changes of every screen for an administrator of a gateway with the demo's two apps and one proposal. */
export const CHANGES: readonly ChangeRow[] = [
  {
    name: "saving a route",
    path: "/ui/apps/routes/board",
    call: "PATCH /routes/board",
    prepare: (page) => page.getByLabel("Address of the app").fill("http://127.0.0.1:9/typed"),
    press: (page) => button(page, "Save changes").click(),
    kept: (page) => page.getByLabel("Address of the app"),
    typed: "http://127.0.0.1:9/typed",
  },
  {
    name: "saving an app's name",
    path: "/ui/apps/routes/board",
    call: "PATCH /apps/board",
    prepare: (page) => page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed"),
    press: (page) => button(page, "Save changes").click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Typed",
  },
  {
    name: "testing a connection",
    path: "/ui/apps/routes/board",
    call: "POST /routes/test",
    press: (page) => page.getByRole("button", { name: /^Test/ }).click(),
    kept: (page) => page.getByRole("button", { name: /^(Test|Try)/ }).first(),
  },
  {
    name: "adding an app",
    path: "/ui/apps/new",
    call: "PUT /routes/kettle",
    async prepare(page) {
      await page.getByLabel("Address of the app").fill("http://127.0.0.1:9");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Kettle");
    },
    press: (page) => button(page, "Add app").click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Kettle",
  },
  {
    name: "deleting a route",
    path: "/ui/apps",
    call: "DELETE /routes/echo",
    async press(page) {
      await rowMenu(page, "Echo", "Delete");
      await button(page, "Delete app and route").click();
    },
    kept: (page) => page.getByRole("link", { name: "/apps/echo/" }),
  },
  {
    name: "disabling a route",
    path: "/ui/apps",
    call: "PATCH /routes/echo",
    press: (page) => rowMenu(page, "Echo", "Disable"),
    kept: (page) => page.getByRole("link", { name: "/apps/echo/" }),
  },
  {
    name: "approving a proposal",
    path: "/ui/discovery?approve=proposal_docker_http_jellyfin_8080",
    call: "POST /discovery/proposals/proposal_docker_http_jellyfin_8080/approve",
    prepare: (page) => page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed"),
    press: (page) => page.getByRole("dialog").getByRole("button", { name: "Approve", exact: true }).click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Typed",
  },
  {
    name: "dismissing a proposal",
    path: "/ui/discovery",
    call: "POST /discovery/proposals/proposal_docker_http_jellyfin_8080/dismiss",
    press: (page) =>
      page
        .locator("main")
        .getByRole("button", { name: /^Dismiss(?!ed)/ })
        .click(),
    kept: (page) => page.locator("main").getByText("Jellyfin").first(),
  },
  {
    name: "looking for services again",
    path: "/ui/discovery",
    call: "POST /discovery/rediscover",
    press: (page) => button(page, "Look again").click(),
    kept: (page) => page.locator("main").getByText("Jellyfin").first(),
  },
  {
    name: "making a pairing code",
    path: "/ui/devices",
    call: "POST /pairings",
    async press(page) {
      const open = page.getByRole("dialog");
      if (await open.isVisible()) {
        await page.keyboard.press("Escape");
        await open.waitFor({ state: "hidden" });
      }
      await button(page, "Pair a device").click();
    },
    kept: (page) => page.getByRole("dialog", { name: "Pair a device" }),
  },
  {
    name: "making an API key",
    path: "/ui/keys?panel=new",
    call: "POST /apikeys",
    prepare: (page) => page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed"),
    press: (page) => button(page, "Make the key").click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Typed",
  },
  {
    name: "adding a channel",
    path: "/ui/notifications?tab=channels&channel=new",
    call: "POST /notifications/channels",
    async prepare(page) {
      await page.getByLabel("Where to").selectOption("discord");
      await page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed");
      await page.getByLabel("Address", { exact: true }).fill("https://chat.example.org/hook");
    },
    press: (page) => button(page, "Add the channel").click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Typed",
  },
  {
    name: "testing a channel",
    path: "/ui/notifications?tab=channels",
    call: "POST /notifications/channels/browsers/test",
    press: (page) => button(page, "Test Browsers").click(),
    kept: (page) => button(page, "Test Browsers"),
  },
  {
    name: "adding a rule",
    path: "/ui/notifications?tab=rules&rule=new",
    call: "POST /notifications/rules",
    prepare: (page) => page.getByRole("textbox", { name: "Name", exact: true }).fill("Typed"),
    press: (page) => button(page, "Add the rule").click(),
    kept: (page) => page.getByRole("textbox", { name: "Name", exact: true }),
    typed: "Typed",
  },
  {
    name: "making a key for webhooks",
    path: "/ui/webhooks",
    call: "POST /apikeys",
    press: (page) => button(page, "Make a key for webhooks").click(),
    kept: (page) => page.getByText("$NEKZUS_KEY").first(),
  },
  {
    name: "changing the password",
    path: "/ui/account",
    call: "POST /auth/password",
    async prepare(page) {
      await page.getByLabel("Current password").fill("correct horse battery");
      await page.getByLabel("New password").fill("a better sentence than that");
    },
    press: (page) => button(page, "Change the password").click(),
    kept: (page) => page.getByLabel("New password"),
    typed: "a better sentence than that",
  },
  {
    name: "choosing colours",
    path: "/ui/account",
    call: "PATCH /preferences",
    press: (page) => page.getByText("Compact", { exact: true }).click(),
    kept: (page) => page.getByRole("radio", { name: /^Comfortable/, checked: true }),
  },
  {
    name: "signing out",
    path: "/ui/account",
    call: "POST /auth/logout",
    press: (page) => button(page, "Sign out").first().click(),
    kept: (page) => page.getByText("You are still signed in").first(),
  },
  {
    name: "arranging Home",
    path: "/ui/?arrange=on",
    call: "PATCH /preferences",
    press: (page) => button(page, "Make Echo a favourite").click(),
    kept: (page) => button(page, "Make Echo a favourite"),
  },
];
