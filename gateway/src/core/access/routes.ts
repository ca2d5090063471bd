import {
  appAccess as accessContract,
  account,
  apikeys,
  audit as auditContract,
  auth,
  sessionCookies as cookieContract,
  devices as deviceContract,
  type EndpointSpec,
  pairing as pairingContract,
} from "@nekzus/contract";
import { type Binding, bind } from "../http/binding.ts";
import type { ApiKeys } from "./api-keys/api-keys.ts";
import type { AppAccess } from "./app-access.ts";
import type { Audit } from "./audit/audit.ts";
import type { Devices } from "./devices/devices.ts";
import type { HandOver } from "./hand-over.ts";
import type { HostHandOver } from "./host-hand-over.ts";
import type { Lockout } from "./lockout.ts";
import type { OwnSessions } from "./own-sessions.ts";
import type { PairingRoom } from "./pairing/pairing.ts";
import type { PasswordChange } from "./password-change.ts";
import type { Preferences } from "./preferences.ts";
import type { Refresh } from "./refresh.ts";
import type { SessionCookies } from "./session-cookies/session-cookies.ts";
import type { Setup } from "./setup.ts";
import type { SignIn } from "./sign-in.ts";

/** Binds the endpoints of contract/src/endpoints/auth.ts. */
export function accessRoutes({
  setup,
  signIn,
  lockout,
  handOver,
  hostHandOver,
}: {
  setup: Setup;
  signIn: SignIn;
  lockout: Pick<Lockout, "lift">;
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
    bind(auth.liftLockout, ({ params }) => ({ body: { lifted: lockout.lift(params.username) } })),
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

/** Binds the endpoints of contract/src/endpoints/pairing.ts. */
export function pairingRoutes({ pairing, refresh }: { pairing: PairingRoom; refresh: Refresh }): Binding[] {
  return [
    bind(pairingContract.qr, (call) => pairing.qr(call)),
    bind(pairingContract.qrStatus, (call) => pairing.qrStatus(call)),
    bind(pairingContract.pairingCreate, (call) => pairing.create(call)),
    bind(pairingContract.pairingGet, (call) => pairing.get(call)),
    bind(pairingContract.pairingApprove, (call) => pairing.approve(call)),
    bind(pairingContract.pairingDelete, (call) => pairing.remove(call)),
    bind(pairingContract.pair, (call) => pairing.redeem(call)),
    bind(pairingContract.authPair, (call) => pairing.pair(call)),
    bind(pairingContract.refresh, (call) => refresh.refresh(call)),
    bind(pairingContract.verify, (call) => refresh.verify(call)),
    bind(pairingContract.pairPage, () => ({ headers: { location: "/ui/devices?panel=pair" } })),
  ];
}

/** Binds the endpoints of contract/src/endpoints/devices.ts; those of the public API page have a second path. */
export function deviceRoutes(devices: Devices): Binding[] {
  return [
    ...atBoth(deviceContract.devicesList, deviceContract.adminDevicesList, (call) => devices.list(call)),
    ...atBoth(deviceContract.deviceGet, deviceContract.adminDeviceGet, (call) => devices.get(call)),
    ...atBoth(deviceContract.devicePatch, deviceContract.adminDevicePatch, (call) => devices.change(call)),
    ...atBoth(deviceContract.deviceDelete, deviceContract.adminDeviceDelete, (call) => devices.revoke(call)),
    bind(deviceContract.devicePins, (call) => devices.addPin(call)),
    bind(deviceContract.deviceSessionCookiesClear, (call) => devices.clearCookies(call)),
  ];
}

/** Binds the endpoints of contract/src/endpoints/session-cookies.ts. */
export function sessionCookieRoutes(cookies: SessionCookies): Binding[] {
  return [
    bind(cookieContract.sessionCookiesList, (call) => cookies.list(call)),
    bind(cookieContract.sessionCookiesClear, (call) => cookies.clear(call)),
    bind(cookieContract.sessionCookiesClearApp, (call) => cookies.clearApp(call)),
  ];
}

/** The mirror is the same endpoint but for its name and path. */
function atBoth<E extends EndpointSpec>(endpoint: E, mirror: EndpointSpec, handle: Binding<E>["handle"]): Binding[] {
  return [bind(endpoint, handle), bind(mirror as E, handle)];
}

/** Binds the endpoints of contract/src/endpoints/apikeys.ts. */
export function apiKeyRoutes(keys: ApiKeys): Binding[] {
  return [
    bind(apikeys.apikeysList, () => keys.list()),
    bind(apikeys.apikeyCreate, (call) => keys.create(call)),
    bind(apikeys.apikeyGet, (call) => keys.get(call)),
    bind(apikeys.apikeyRotate, (call) => keys.rotate(call)),
    bind(apikeys.apikeyDelete, (call) => keys.remove(call)),
  ];
}

/** Binds the endpoints of contract/src/endpoints/audit.ts. */
export function auditRoutes(audit: Audit): Binding[] {
  return [
    bind(auditContract.auditLogs, (call) => audit.list(call)),
    bind(auditContract.auditExport, (call) => audit.export(call)),
  ];
}

/** Binds the endpoint of contract/src/endpoints/app-access.ts. */
export function appAccessRoutes(appAccess: AppAccess): Binding[] {
  return [bind(accessContract.whoCanOpen, (call) => appAccess.of(call))];
}
