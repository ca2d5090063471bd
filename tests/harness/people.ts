import { askRunning } from "../../gateway/src/core/control/control.ts";
import type { Gateway } from "./gateway.ts";

export type Person = { username: string; password: string };

/** Adds a user by way of the command line's control socket. `apps` are granted to a member. */
export async function addPerson(
  gateway: Gateway,
  username: string,
  { role = "member", apps = [] }: { role?: "admin" | "member"; apps?: string[] } = {},
): Promise<Person> {
  const person = { username, password: `the password of ${username}` };
  await askRunning(gateway.dataFolder, "user.add", { ...person, role, apps });
  return person;
}

/** Sets another password, which ends all sessions and tokens of the user. */
export async function setPassword(gateway: Gateway, username: string, password: string): Promise<Person> {
  await askRunning(gateway.dataFolder, "user.password", { username, password });
  return { username, password };
}

/** The header of a new token; default: the administrator's. */
export async function bearer(gateway: Gateway, person?: Person): Promise<{ authorization: string }> {
  return { authorization: `Bearer ${await gateway.signIn(person)}` };
}
