import type { Locator, Page } from "playwright-core";

/** A read of a screen, and what it brings. */
export type ReadCall = {
  /** `GET /apps`, below `/api/v1`. */
  call: string;
  /** What is on the screen when it went well. */
  shows?(page: Page): Locator;
  /** What the screen calls its failure, where it does not use the words of the fault. */
  said?: RegExp;
  /** In how many places it is said; 1 unless given. */
  places?: number;
  /** What it brings has a substitute, such as the letters of an app without a picture. */
  isQuiet?: boolean;
  /** What it brings is kept until the page is loaded anew. */
  isKept?: boolean;
  /** It is tried once and for all, with the frame or with another screen. */
  isElsewhere?: boolean;
  /** The heading says what it brings. */
  namesScreen?: boolean;
  /** Calls that bring nothing without it. */
  hides?: readonly string[];
  /** Its answer has no numbers. */
  isWordsOnly?: boolean;
};

export type ScreenRow = { path: string; heading: RegExp; calls: readonly ReadCall[] };

const ME: ReadCall = { call: "GET /auth/me", isElsewhere: true };
const PREFERENCES: ReadCall = { call: "GET /preferences", isElsewhere: true };
const WAITING: ReadCall = {
  call: "GET /discovery/proposals",
  isElsewhere: true,
  shows: (page) => page.locator("nav").getByText("1 waiting").first(),
};
/** Their number stands on a button that works without it; what is wrong is said when it is opened. */
const NOTICES: ReadCall = {
  call: "GET /activity/notices",
  isElsewhere: true,
  shows: (page) => page.locator("nav button").getByText(/none unread|\d unread/),
};
/** What the frame asks on each screen. */
const FRAME: readonly ReadCall[] = [ME, PREFERENCES, WAITING, NOTICES];
/** Letters stand in for it; kept once it was fetched. */
const PICTURE: ReadCall = { call: "GET /apps/board/favicon", isElsewhere: true };

const text = (words: string | RegExp) => (page: Page) => page.locator("main").getByText(words).first();
const inDialog = (words: string | RegExp) => (page: Page) => page.getByRole("dialog").getByText(words).first();
const labelled = (name: string) => (page: Page) => page.getByLabel(name);

const PROPOSAL = "proposal_docker_http_jellyfin_8080";
const PROPOSALS: ReadCall = { call: "GET /discovery/proposals", shows: text("Jellyfin") };
const SOURCES: ReadCall = { call: "GET /discovery/sources", shows: text("is being watched") };
/** What is known of an app is proposed beside the form, which works without it. */
const PRESETS: ReadCall = { call: "GET /presets", isQuiet: true };
/** Their number stands on a button that works without it. */
const DISMISSED: ReadCall = { call: "GET /discovery/dismissed", isQuiet: true };
/** Where names lie: without it the form shows a name alone, as it does where there is no domain. */
const NAMES: ReadCall = { call: "GET /admin/addresses", isQuiet: true };
/** They only give advice while one types: the gateway itself refuses what does not fit. */
const ADVICE: readonly ReadCall[] = [
  { call: "GET /apps", isQuiet: true },
  { call: "GET /routes", isQuiet: true },
];

/** Every screen of the dashboard for an administrator of a gateway with the demo's two apps and one proposal. */
export const SCREENS: readonly ScreenRow[] = [
  {
    path: "/ui/",
    heading: /^Home$/,
    calls: [
      ME,
      NOTICES,
      {
        call: "GET /apps",
        shows: (page) => page.getByRole("link", { name: "Notice board" }),
        hides: ["GET /preferences", "GET /apps/board/favicon"],
      },
      {
        call: "GET /preferences",
        shows: (page) => page.getByRole("button", { name: "Arrange", disabled: false }),
        isWordsOnly: true,
      },
      { call: "GET /discovery/proposals", shows: (page) => page.getByRole("link", { name: /1 service was found/ }) },
      {
        call: "GET /apps/board/favicon",
        shows: (page) => page.getByRole("link", { name: "Notice board" }).locator("img"),
        isQuiet: true,
        isKept: true,
        // A picture with a text in its place, under the picture's own headers, would be kept by the browser.
        isWordsOnly: true,
      },
    ],
  },
  {
    path: "/ui/apps",
    heading: /^Apps and routes$/,
    calls: [
      ...FRAME,
      PICTURE,
      { call: "GET /routes", shows: (page) => page.getByRole("link", { name: "/apps/echo/" }), hides: ["GET /apps"] },
      { call: "GET /apps", shows: text("🔁"), said: /The groups and pictures of the apps could not be read/ },
    ],
  },
  {
    path: "/ui/apps?panel=deleted",
    heading: /^Apps and routes$/,
    calls: [
      ...FRAME,
      PICTURE,
      { call: "GET /routes", isElsewhere: true },
      { call: "GET /apps", isElsewhere: true },
      { call: "GET /deletions", shows: inDialog(/Nothing was deleted/), isWordsOnly: true },
    ],
  },
  {
    path: "/ui/apps?access=board",
    heading: /^Apps and routes$/,
    calls: [
      ...FRAME,
      PICTURE,
      { call: "GET /routes", isElsewhere: true },
      { call: "GET /apps", isElsewhere: true },
      { call: "GET /apps/board/access", shows: inDialog("can open it"), isWordsOnly: true },
    ],
  },
  {
    path: "/ui/apps/new",
    heading: /^Add an app$/,
    calls: [
      ...FRAME,
      NAMES,
      { call: "GET /apps", shows: labelled("Address of the app"), hides: ["GET /routes"] },
      { call: "GET /routes", shows: labelled("Address of the app"), hides: ["GET /apps"] },
    ],
  },
  {
    path: "/ui/apps/routes/board",
    heading: /^Edit Notice board$/,
    calls: [
      ...FRAME,
      PICTURE,
      NAMES,
      ...ADVICE,
      {
        call: "GET /routes/board",
        shows: labelled("Address of the app"),
        hides: ["GET /apps/board"],
        namesScreen: true,
      },
      { call: "GET /apps/board", shows: labelled("Address of the app"), hides: ["GET /routes/board"] },
    ],
  },
  { path: "/ui/discovery", heading: /^Discovery$/, calls: [ME, NOTICES, PREFERENCES, PROPOSALS, SOURCES, DISMISSED] },
  {
    path: "/ui/discovery?dismissed=shown",
    heading: /^Discovery$/,
    calls: [
      ME,
      NOTICES,
      PREFERENCES,
      { ...PROPOSALS, isElsewhere: true },
      { ...SOURCES, isElsewhere: true },
      { ...DISMISSED, isQuiet: false, shows: inDialog(/Nothing is dismissed/), isWordsOnly: true },
    ],
  },
  {
    path: `/ui/discovery?approve=${PROPOSAL}`,
    heading: /^Discovery$/,
    calls: [
      ME,
      NOTICES,
      PREFERENCES,
      { ...PROPOSALS, isElsewhere: true },
      { ...SOURCES, isElsewhere: true },
      { ...DISMISSED, isElsewhere: true },
      ...ADVICE.map((call) => ({ ...call, shows: inDialog("Approve Jellyfin") })),
      PRESETS,
    ],
  },
  {
    path: "/ui/devices",
    heading: /^Devices$/,
    calls: [...FRAME, { call: "GET /devices", shows: text("No device is paired"), isWordsOnly: true }],
  },
  {
    path: "/ui/activity",
    heading: /^Activity$/,
    calls: [...FRAME, { call: "GET /activity/recent", shows: text("Notice board was added") }],
  },
  {
    path: "/ui/activity?notices=shown",
    heading: /^Activity$/,
    calls: [
      ME,
      PREFERENCES,
      { call: WAITING.call, isElsewhere: true },
      { call: "GET /activity/recent", isElsewhere: true },
      { call: "GET /activity/notices", shows: inDialog("There is no notice") },
    ],
  },
  {
    path: "/ui/notifications",
    heading: /^Notifications$/,
    calls: [
      ...FRAME,
      { call: "GET /notifications", shows: text("No message was sent yet") },
      { call: "GET /notifications/stats", shows: text("0 given up") },
    ],
  },
  {
    path: "/ui/notifications?tab=rules",
    heading: /^Notifications$/,
    calls: [
      ...FRAME,
      {
        call: "GET /notifications/rules",
        shows: text("Apps that are down"),
        hides: ["GET /notifications/channels"],
      },
      {
        call: "GET /notifications/channels",
        shows: text(/to (Browsers|Paired devices)/),
        isWordsOnly: true,
      },
    ],
  },
  {
    path: "/ui/notifications?tab=rules&rule=new",
    heading: /^Notifications$/,
    calls: [
      ...FRAME,
      { call: "GET /apps", isQuiet: true, shows: inDialog("Add a rule") },
      { call: "GET /devices", isQuiet: true, shows: inDialog("Add a rule") },
      { call: "GET /notifications/rules", isElsewhere: true },
      { call: "GET /notifications/channels", isElsewhere: true },
    ],
  },
  {
    path: "/ui/notifications?tab=channels",
    heading: /^Notifications$/,
    calls: [
      ...FRAME,
      { call: "GET /notifications/channels", shows: text("Browsers that subscribed"), isWordsOnly: true },
    ],
  },
  {
    path: "/ui/webhooks",
    heading: /^Webhooks$/,
    calls: [
      ...FRAME,
      { call: "GET /webhooks/commands", shows: text("An entry in the activity feed"), isWordsOnly: true },
      { call: "GET /webhooks/calls", shows: text("No webhook was called yet") },
    ],
  },
  {
    path: "/ui/keys",
    heading: /^API keys$/,
    calls: [...FRAME, { call: "GET /apikeys", shows: text("There is no API key"), isWordsOnly: true }],
  },
  {
    path: "/ui/audit?action=setup.completed",
    heading: /^Audit log$/,
    calls: [...FRAME, { call: "GET /audit-logs", shows: text(/matches|setup\.completed/) }],
  },
  {
    path: "/ui/account",
    heading: /^Account$/,
    calls: [
      ME,
      NOTICES,
      WAITING,
      { call: "GET /preferences", shows: text("Brightness"), isWordsOnly: true },
      { call: "GET /notifications/push", shows: text("cannot be had at this address"), isWordsOnly: true },
      { call: "GET /auth/sessions", shows: text("This browser"), isWordsOnly: true },
    ],
  },
  {
    path: "/ui/about",
    heading: /^About$/,
    calls: [
      ...FRAME,
      { call: "GET /admin/info", shows: text("Identity"), isWordsOnly: true },
      { call: "GET /admin/addresses", shows: text("In the certificate"), places: 2 },
    ],
  },
  {
    path: "/ui/welcome",
    heading: /^First steps$/,
    calls: [...FRAME, { call: "GET /admin/addresses", shows: text("In the certificate") }],
  },
  {
    path: "/ui/welcome?step=certificate",
    heading: /^First steps$/,
    calls: [...FRAME, { call: "GET /admin/addresses", shows: text(/ingerprint/) }],
  },
  {
    path: "/ui/welcome?step=discovery",
    heading: /^First steps$/,
    calls: [
      ME,
      NOTICES,
      PREFERENCES,
      { ...PROPOSALS, shows: text("1 service waits for your decision.") },
      { ...SOURCES, shows: text("Working"), hides: ["GET /discovery/proposals"] },
    ],
  },
  { path: "/ui/welcome?step=apps", heading: /^First steps$/, calls: [ME, NOTICES, PREFERENCES, PROPOSALS] },
  {
    path: "/ui/welcome?step=done",
    heading: /^First steps$/,
    calls: [
      ...FRAME,
      PICTURE,
      { call: "GET /apps", shows: (page) => page.getByRole("link", { name: "Notice board" }) },
    ],
  },
];
