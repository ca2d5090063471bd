import type { Locator, Page } from "playwright-core";

/** Something that can be on the screen. */
export type View = {
  name: string;
  path: string;
  /** What has to be pressed first. */
  open?(page: Page): Promise<void>;
  /** What is there then. */
  shows(page: Page): Locator;
  /** The first row of the list that the screen is about. */
  firstRow?(page: Page): Locator;
};

const named = (role: "button" | "dialog" | "menu" | "heading", name: string | RegExp) => (page: Page) =>
  page.getByRole(role, { name, exact: typeof name === "string" }).first();
const anyDialog = (page: Page) => page.locator('[role="dialog"], [role="alertdialog"]').first();

/** The screens for an administrator of a gateway with the demo's two apps and one proposal. */
export const SCREENS: readonly View[] = [
  {
    name: "Home",
    path: "/ui/",
    shows: (page) => page.getByRole("link", { name: "Notice board" }),
    firstRow: (page) => page.locator("main ul a").first(),
  },
  { name: "Home, arranged", path: "/ui/?arrange=on", shows: named("button", "Make Echo a favourite") },
  {
    name: "Apps and routes",
    path: "/ui/apps",
    shows: (page) => page.getByRole("link", { name: "/apps/echo/" }),
    firstRow: (page) => page.locator("main").getByRole("link", { name: "/apps/echo/" }),
  },
  { name: "Add an app", path: "/ui/apps/new", shows: (page) => page.getByLabel("Address of the app") },
  { name: "Edit a route", path: "/ui/apps/routes/board", shows: (page) => page.getByLabel("Address of the app") },
  {
    name: "Discovery",
    path: "/ui/discovery",
    shows: (page) => page.locator("main").getByText("Jellyfin").first(),
    firstRow: (page) => page.locator("main").getByText("Jellyfin").first(),
  },
  { name: "Devices", path: "/ui/devices", shows: (page) => page.getByText("No device is paired") },
  {
    name: "Activity",
    path: "/ui/activity",
    shows: (page) => page.getByText("Notice board was added").first(),
    firstRow: (page) => page.getByText("was added").first(),
  },
  { name: "Notifications", path: "/ui/notifications", shows: (page) => page.getByText("No message was sent yet") },
  { name: "Webhooks", path: "/ui/webhooks", shows: (page) => page.getByText("No webhook was called yet") },
  { name: "API keys", path: "/ui/keys", shows: (page) => page.getByText("There is no API key") },
  { name: "Audit log", path: "/ui/audit", shows: (page) => page.getByText("signin").first() },
  { name: "Account", path: "/ui/account", shows: (page) => page.getByText("This browser") },
  { name: "About", path: "/ui/about", shows: (page) => page.getByText("In the certificate").first() },
  { name: "First steps", path: "/ui/welcome", shows: (page) => page.getByText("In the certificate").first() },
  { name: "First steps: certificate", path: "/ui/welcome?step=certificate", shows: named("button", "Continue") },
  { name: "First steps: services", path: "/ui/welcome?step=discovery", shows: (page) => page.getByText("Working") },
  {
    name: "First steps: apps",
    path: "/ui/welcome?step=apps",
    shows: (page) => page.locator("main").getByText("Jellyfin").first(),
  },
  {
    name: "First steps: the end",
    path: "/ui/welcome?step=done",
    shows: (page) => page.getByRole("link", { name: "Notice board" }),
  },
  { name: "a page that is not there", path: "/ui/nowhere", shows: named("heading", "There is no such page") },
];

/** What opens above a screen. */
export const OVERLAYS: readonly View[] = [
  {
    name: "the palette",
    path: "/ui/",
    open: (page) => page.keyboard.press("ControlOrMeta+k"),
    shows: (page) => page.getByRole("option", { name: "Notice board", exact: true }),
  },
  {
    name: "the shortcuts",
    path: "/ui/",
    open: (page) => page.keyboard.press("?"),
    shows: named("dialog", "Keyboard shortcuts"),
  },
  {
    name: "the menu of a row",
    path: "/ui/apps",
    open: (page) => named("button", "Actions for Echo")(page).click(),
    shows: (page) => page.getByRole("menu"),
  },
  {
    name: "the question before a deletion",
    path: "/ui/apps",
    async open(page) {
      await named("button", "Actions for Echo")(page).click();
      await page.getByRole("menuitem", { name: "Delete" }).click();
    },
    shows: anyDialog,
  },
  { name: "what was deleted", path: "/ui/apps?panel=deleted", shows: anyDialog },
  { name: "who can open an app", path: "/ui/apps?access=board", shows: named("dialog", /^Who can open/) },
  { name: "a test of a route", path: "/ui/apps?test=board", shows: anyDialog },
  {
    name: "the sheet of a proposal",
    path: "/ui/discovery?approve=proposal_docker_http_jellyfin_8080",
    shows: named("dialog", "Approve Jellyfin"),
  },
  { name: "what was dismissed", path: "/ui/discovery?dismissed=shown", shows: anyDialog },
  { name: "a pairing code", path: "/ui/devices?panel=pair", shows: (page) => page.getByText("Waiting for a device …") },
  { name: "the notices", path: "/ui/?notices=shown", shows: named("dialog", "Notices") },
  {
    name: "the rules",
    path: "/ui/notifications?tab=rules",
    shows: (page) => page.getByText("Apps that are down").first(),
  },
  { name: "a new rule", path: "/ui/notifications?tab=rules&rule=new", shows: named("dialog", "Add a rule") },
  { name: "the channels", path: "/ui/notifications?tab=channels", shows: named("button", "Test Browsers") },
  {
    name: "a new channel",
    path: "/ui/notifications?tab=channels&channel=new",
    shows: named("dialog", "Add a channel"),
  },
  { name: "a new key", path: "/ui/keys?panel=new", shows: named("dialog", "New API key") },
  {
    name: "a form with faults",
    path: "/ui/apps/new",
    open: (page) => named("button", "Add app")(page).click(),
    shows: (page) => page.locator("[aria-invalid=true]").first(),
  },
];
