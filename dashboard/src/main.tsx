import "./design/styles.css";
import { I18nProvider } from "@lingui/react";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { watchPage } from "./api/gateway.ts";
import { loadPart } from "./api/load-part.ts";
import { queryClient } from "./api/query-client.ts";
import { wantedApp } from "./app/return-path.ts";
import { router } from "./app/router.tsx";
import { showKeptAppearance } from "./shell/appearance.ts";
import { i18n, showLanguage } from "./text/i18n.ts";

watchPage();
await showLanguage(showKeptAppearance());
// Who typed the gateway's bare address, or followed a link to an app they may not open yet.
if (location.pathname === "/")
  router.history.replace(`${wantedApp() ? "/ui/sign-in" : "/ui/"}${location.search}${location.hash}`);
createRoot(document.getElementById("root") as HTMLElement).render(
  <StrictMode>
    <I18nProvider i18n={i18n}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  </StrictMode>,
);
// After the first view: nothing on it waits for what happens later, and without it the page still asks by itself.
loadPart(() => import("./api/live.ts")).then(
  ({ watchLive }) => watchLive(),
  () => {},
);
