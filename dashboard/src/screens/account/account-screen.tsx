import { Trans, useLingui } from "@lingui/react/macro";
import { LogOut } from "lucide-react";
import { useFailureText } from "../../api/failure-text.ts";
import { Button } from "../../design/button.tsx";
import { FailureNote } from "../../design/states.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useSignOut } from "../../shell/use-sign-out.ts";
import { AppearancePanel } from "./appearance-panel.tsx";
import { BrowsersPanel } from "./browsers-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { PersonPanel } from "./person-panel.tsx";

/** Who is signed in, how they sign in, where they are signed in, and how the dashboard looks to them. */
export function AccountScreen() {
  const { t } = useLingui();
  const signOut = useSignOut();
  const failure = useFailureText(signOut.failure);
  return (
    <Screen
      title={t`Account`}
      actions={
        <Button icon={<LogOut />} pending={signOut.isRunning} onClick={() => void signOut.run()}>
          <Trans>Sign out</Trans>
        </Button>
      }
    >
      <div className="space-y-gap">
        {failure && (
          <FailureNote
            failure={{ ...failure, title: t`You are still signed in` }}
            retrying={signOut.isRunning}
            onRetry={() => void signOut.run()}
          />
        )}
        <div className="grid items-start gap-gap lg:grid-cols-2">
          <div className="min-w-0 space-y-gap">
            <PersonPanel />
            <BrowsersPanel />
          </div>
          <PasswordPanel />
        </div>
        <AppearancePanel />
        {/* The bar at the bottom of narrow windows has no room for them. */}
        <p className="flex justify-center gap-6 md:hidden">
          <TextLink to="/devices">
            <Trans>Devices</Trans>
          </TextLink>
          <TextLink to="/about">
            <Trans>About this gateway</Trans>
          </TextLink>
        </p>
      </div>
    </Screen>
  );
}
