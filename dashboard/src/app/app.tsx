import { Outlet, useNavigate } from "@tanstack/react-router";
import { Activity, lazy, Suspense, useEffect, useMemo, useState } from "react";
import { me } from "../api/endpoints.gen.ts";
import { session } from "../api/gateway.ts";
import { lazyPart, loadPart } from "../api/load-part.ts";
import { queryClient } from "../api/query-client.ts";
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

/**
 * What a browser sees depends on whether it holds a session, and on whether the gateway has an administrator. A session
 * that ends in the midst of a form leaves it behind the sign-in.
 */
export function App() {
  const state = useSession();
  return (
    <Suspense fallback={<StartScreen />}>
      {(state.signedIn || state.keepsPage) && <SignedIn isOver={!state.signedIn} />}
      {!state.signedIn && <SignedOut />}
    </Suspense>
  );
}

function SignedIn({ isOver }: { isOver: boolean }) {
  const navigate = useNavigate();
  const { data, failure, isRetrying, again } = useRead(me, {}, { untilRead: AGAIN_MS, enabled: !isOver });
  /** Whose page is below: while it is asked who signed in after them, it is hidden and stays. */
  const [owner, setOwner] = useState(data);
  const isOwners = data !== undefined && data.user.username === owner?.user.username;
  const person = useMemo(
    () =>
      owner && {
        username: owner.user.username,
        role: owner.user.role,
        may: (scope: string) => holds(owner.scopes, scope),
      },
    [owner],
  );
  const [leaving] = useState(() => wantedApp() !== undefined);

  useEffect(() => {
    if (!data) return;
    // What one person saw is not for the next.
    if (owner && !isOwners) queryClient.removeQueries({ predicate: ({ queryKey: [id] }) => id !== me.id });
    setOwner(data);
  }, [data, owner, isOwners]);

  useEffect(() => {
    if (!person) return;
    session.confirm();
    const path = leaving ? takeReturnPath() : undefined;
    if (path) location.replace(path);
    else if (location.pathname === "/ui/sign-in") navigate({ to: "/", replace: true });
  }, [person, leaving, navigate]);

  const asking = failure ? <Unreachable {...{ failure, isRetrying }} onAgain={again} /> : <StartScreen />;
  if (!person) return asking;
  if (leaving) return <StartScreen />;
  // Everybody may read the catalog, but for sessions that apps can act with (server.share_origin).
  if (!person.may("read:catalog")) return <SharedOrigin />;
  return (
    <>
      {!isOver && !isOwners && asking}
      <Activity mode={!isOver && isOwners ? "visible" : "hidden"}>
        <PersonProvider key={person.username} person={person}>
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
      </Activity>
    </>
  );
}
