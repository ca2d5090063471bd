import { expect, test } from "vitest";
import { commonScopes } from "../kit/scopes.ts";
import { missingScopes } from "./route-access.ts";

const vault = { appId: "vault", publicAccess: false, scopes: [], sensitive: true };

/** A device as it stands before an app: cut to what its owner may. */
const device = (owner: string[], given: string[]) =>
  ({ kind: "device", scopes: commonScopes(owner, given), named: given }) as const;

test.each([
  ["given all apps by an owner of all", ["access:*"], ["access:*"], false],
  ["given all apps by an owner of this one", ["access:vault"], ["access:*"], false],
  ["given this one by an owner of all", ["access:*"], ["access:vault"], true],
  ["given this one by an owner of this one", ["access:vault"], ["access:*", "access:vault"], true],
  ["given this one by an owner who has lost it", ["access:notes"], ["access:vault"], false],
])("a sensitive app and a device %s", (_, owner, given, opens) => {
  expect(missingScopes(device(owner, given), vault)).toEqual(opens ? [] : ["access:vault"]);
  const plain = { ...vault, sensitive: false };
  const mayOpen = commonScopes(owner, given).some((scope) => /vault|\*/.test(scope));
  expect(missingScopes(device(owner, given), plain)).toEqual(mayOpen ? [] : ["access:vault"]);
});
