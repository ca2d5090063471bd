import { useLingui } from "@lingui/react/macro";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { setupStatus } from "../api/endpoints.gen.ts";
import { useSession } from "../api/use-link.ts";
import { useRead } from "../api/use-read.ts";
import { SetUpScreen } from "../screens/sign-in/set-up-screen.tsx";
import { SignInScreen } from "../screens/sign-in/sign-in-screen.tsx";
import { wantedApp } from "./return-path.ts";
import { StartScreen } from "./start-screen.tsx";
import { Unreachable } from "./unreachable.tsx";

/** How often the gateway is asked while it cannot be told whether it is new, in ms. */
const AGAIN_MS = 5000;

/** Sign-in, or on a new gateway its first administrator. */
export function SignedOut() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const session = useSession();
  const [isTaken, setIsTaken] = useState(false);
  const { data, failure, isRetrying, again } = useRead(setupStatus, {}, { untilRead: AGAIN_MS });
  if (!data) return failure ? <Unreachable {...{ failure, isRetrying }} onAgain={again} /> : <StartScreen />;
  if (data.setupRequired && !isTaken) {
    // What follows the set-up waits behind it, for the moment in which the person is signed in.
    const goOn = () => void navigate({ to: "/welcome", replace: true });
    return <SetUpScreen onTaken={() => setIsTaken(true)} onDone={goOn} />;
  }
  return <SignInScreen reason={reason()} fault={fault()} />;

  function fault(): string | undefined {
    if (session.signedIn || session.reason !== "not-kept") return undefined;
    return t`The browser did not keep the session. Allow cookies for this address.`;
  }

  function reason(): string | undefined {
    if (isTaken) return t`Somebody has set this gateway up already. Sign in.`;
    const ended = session.signedIn ? "never" : session.reason;
    if (ended === "elsewhere") return t`You signed out in another window.`;
    if (ended === "here") return t`You are signed out.`;
    if (!session.signedIn && session.keepsPage)
      return t`Your session has ended. Sign in again: what you typed is still there.`;
    if (ended === "ended") return t`Your session has ended. Sign in again.`;
    return wantedApp() ? t`Sign in to open the app.` : undefined;
  }
}
