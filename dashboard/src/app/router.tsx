import { createRootRoute, createRoute, createRouter } from "@tanstack/react-router";
import { App } from "./app.tsx";
import { Broken } from "./broken.tsx";
import { lazyFirstScreen, lazyScreen } from "./lazy-screen.tsx";

const NotFound = lazyScreen(() => import("./not-found.tsx").then((part) => part.NotFound));
const root = createRootRoute({ component: App, notFoundComponent: NotFound, errorComponent: Broken });

const HomeScreen = lazyFirstScreen(() => import("../screens/home/home-screen.tsx").then((part) => part.HomeScreen));

/** One screen of the dashboard. What its dialogs and filters show stands in the address as well. */
const screens = [
  createRoute({ getParentRoute: () => root, path: "/", component: HomeScreen }),
  createRoute({
    getParentRoute: () => root,
    path: "/apps",
    component: lazyScreen(() => import("../screens/apps/apps-screen.tsx").then(({ AppsScreen }) => AppsScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/apps/new",
    component: lazyScreen(() => import("../screens/apps/new-route-screen.tsx").then((part) => part.NewRouteScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/apps/routes/$routeId",
    component: lazyScreen(() => import("../screens/apps/edit-route-screen.tsx").then((part) => part.EditRouteScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/discovery",
    component: lazyScreen(() =>
      import("../screens/discovery/discovery-screen.tsx").then((part) => part.DiscoveryScreen),
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/devices",
    component: lazyScreen(() => import("../screens/devices/devices-screen.tsx").then((part) => part.DevicesScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/activity",
    component: lazyScreen(() => import("../screens/activity/activity-screen.tsx").then((part) => part.ActivityScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/notifications",
    component: lazyScreen(() =>
      import("../screens/notifications/notifications-screen.tsx").then((part) => part.NotificationsScreen),
    ),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/webhooks",
    component: lazyScreen(() => import("../screens/webhooks/webhooks-screen.tsx").then((part) => part.WebhooksScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/keys",
    component: lazyScreen(() => import("../screens/keys/keys-screen.tsx").then((part) => part.KeysScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/audit",
    component: lazyScreen(() => import("../screens/audit/audit-screen.tsx").then((part) => part.AuditScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/welcome",
    component: lazyScreen(() => import("../screens/welcome/welcome-screen.tsx").then((part) => part.WelcomeScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/account",
    component: lazyScreen(() => import("../screens/account/account-screen.tsx").then((part) => part.AccountScreen)),
  }),
  createRoute({
    getParentRoute: () => root,
    path: "/about",
    component: lazyScreen(() => import("../screens/about/about-screen.tsx").then((part) => part.AboutScreen)),
  }),
  // Where a person lands who has to sign in first; for one who is signed in it is Home.
  createRoute({ getParentRoute: () => root, path: "/sign-in", component: HomeScreen }),
  ...(__KIT__
    ? [
        createRoute({
          getParentRoute: () => root,
          path: "/kit",
          component: lazyScreen(() => import("../screens/kit/kit-screen.tsx").then((part) => part.KitScreen)),
        }),
      ]
    : []),
];

export const router = createRouter({
  routeTree: root.addChildren(screens),
  basepath: "/ui",
  defaultPreload: "intent",
  // Plain texts: an app may be called 2 or true.
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== "");
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return text && `?${text}`;
  },
  scrollRestoration: true,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
