import { account, auth } from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { HandOver } from "./hand-over.ts";
import type { HostHandOver } from "./host-hand-over.ts";
import type { OwnSessions } from "./own-sessions.ts";
import type { PasswordChange } from "./password-change.ts";
import type { Preferences } from "./preferences.ts";
import type { Setup } from "./setup.ts";
import type { SignIn } from "./sign-in.ts";

/** Binds the endpoints of contract/src/endpoints/auth.ts. */
export function accessRoutes({
  setup,
  signIn,
  handOver,
  hostHandOver,
}: {
  setup: Setup;
  signIn: SignIn;
  handOver: HandOver;
  hostHandOver: HostHandOver;
}): Binding[] {
  return [
    bind(auth.setupStatus, () => setup.status()),
    bind(
      auth.setup,
      (call) => setup.complete(call),
      () => setup.mustBeOpen(),
    ),
    bind(auth.login, (call) => signIn.login(call)),
    bind(auth.me, (call) => signIn.me(call)),
    bind(auth.logout, (call) => signIn.logout(call)),
    bind(auth.handOver, (call) => handOver.make(call)),
    bind(auth.enter, (call) => handOver.enter(call)),
    bind(auth.handOverToHost, (call) => hostHandOver.make(call)),
    bind(auth.enterHost, (call) => hostHandOver.enter(call)),
  ];
}

/** Binds the endpoints of contract/src/endpoints/account.ts. */
export function accountRoutes({
  passwordChange,
  ownSessions,
  preferences,
}: {
  passwordChange: PasswordChange;
  ownSessions: OwnSessions;
  preferences: Preferences;
}): Binding[] {
  return [
    bind(account.changePassword, (call) => passwordChange.change(call)),
    bind(account.listSessions, (call) => ownSessions.list(call)),
    bind(account.endSession, (call) => ownSessions.end(call)),
    bind(account.endOtherSessions, (call) => ownSessions.endOthers(call)),
    bind(account.getPreferences, (call) => preferences.get(call)),
    bind(account.changePreferences, (call) => preferences.change(call)),
  ];
}
