import { Outlet, useNavigate } from "@tanstack/react-router";
import { lazy, Suspense, useEffect, useMemo, useState } from "react";
import { me } from "../api/endpoints.gen.ts";
import { session } from "../api/gateway.ts";
import { lazyPart, loadPart } from "../api/load-part.ts";
import { useSession } from "../api/use-link.ts";
import { useRead } from "../api/use-read.ts";
import { ConfirmProvider } from "../design/confirm.tsx";
import { ToastProvider } from "../design/toast.tsx";
import { Frame } from "../shell/frame.tsx";
import { holds, PersonProvider } from "../shell/person.tsx";
import { PreferencesProvider } from "../shell/preferences.tsx";
import { takeReturnPath, wantedApp } from "./return-path.ts";
import { StartScreen } from "./start-screen.tsx";
import { Unreachable } from "./unreachable.tsx";

const SignedOut = lazy(async () => ({ default: (await loadPart(() => import("./signed-out.tsx"))).SignedOut }));
const SharedOrigin = lazyPart(() => import("./shared-origin.tsx").then((part) => part.SharedOrigin));

/** How often it is asked who is signed in while that cannot be told, in ms. */
const AGAIN_MS = 5000;

/** What a browser sees depends on whether it holds a session, and on whether the gateway has an administrator. */
export function App() {
  const { signedIn } = useSession();
  return <Suspense fallback={<StartScreen />}>{signedIn ? <SignedIn /> : <SignedOut />}</Suspense>;
}

function SignedIn() {
  const navigate = useNavigate();
  const { data, failure, isRetrying, again } = useRead(me, {}, { untilRead: AGAIN_MS });
  const person = useMemo(
    () =>
      data && {
        username: data.user.username,
        role: data.user.role,
        may: (scope: string) => holds(data.scopes, scope),
      },
    [data],
  );
  const [leaving] = useState(() => wantedApp() !== undefined);

  useEffect(() => {
    if (!person) return;
    session.confirm();
    const path = leaving ? takeReturnPath() : undefined;
    if (path) location.replace(path);
    else if (location.pathname === "/ui/sign-in") navigate({ to: "/", replace: true });
  }, [person, leaving, navigate]);

  if (!person) return failure ? <Unreachable {...{ failure, isRetrying }} onAgain={again} /> : <StartScreen />;
  if (leaving) return <StartScreen />;
  // Everybody may read the catalog, but for sessions that apps can act with (server.share_origin).
  if (!person.may("read:catalog")) return <SharedOrigin />;
  return (
    <PersonProvider person={person}>
      <PreferencesProvider>
        <ToastProvider>
          <ConfirmProvider>
            <Frame>
              <Outlet />
            </Frame>
          </ConfirmProvider>
        </ToastProvider>
      </PreferencesProvider>
    </PersonProvider>
  );
}
