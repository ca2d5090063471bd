import { Trans, useLingui } from "@lingui/react/macro";
import { LogOut } from "lucide-react";
import { useFailureText } from "../../api/failure-text.ts";
import { Button } from "../../design/button.tsx";
import { FailureNote } from "../../design/states.tsx";
import { TextLink } from "../../design/text-link.tsx";
import { IN_BOTTOM_BAR, useDestinations } from "../../shell/destinations.ts";
import { usePerson } from "../../shell/person.tsx";
import { Screen } from "../../shell/screen.tsx";
import { useSignOut } from "../../shell/use-sign-out.ts";
import { AppearancePanel } from "./appearance-panel.tsx";
import { BrowsersPanel } from "./browsers-panel.tsx";
import { PasswordPanel } from "./password-panel.tsx";
import { PersonPanel } from "./person-panel.tsx";
import { PushPanel } from "./push-panel.tsx";

/** Who is signed in, how they sign in, where they are signed in, and how the dashboard looks to them. */
export function AccountScreen() {
  const { t } = useLingui();
  const person = usePerson();
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
          <div className="min-w-0 space-y-gap">
            <PasswordPanel />
            {person.may("read:events") && <PushPanel />}
          </div>
        </div>
        <AppearancePanel />
        <OtherScreens />
      </div>
    </Screen>
  );
}

/** The bar at the bottom of narrow windows has no room for them. */
function OtherScreens() {
  const { i18n } = useLingui();
  const others = useDestinations().filter(({ to }) => !IN_BOTTOM_BAR.has(to));
  return (
    <ul className="flex flex-wrap justify-center gap-x-6 gap-y-1 md:hidden">
      {others.map(({ to, label }) => (
        <li key={to}>
          <TextLink to={to} className="inline-flex min-h-11 items-center">
            {i18n._(label)}
          </TextLink>
        </li>
      ))}
    </ul>
  );
}
