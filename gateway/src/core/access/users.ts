import { AppId, NewPassword, Username } from "@nekzus/contract";
import type { ErrorDetail } from "@nekzus/contract/errors";
import type { Clock } from "../../kit/clock.ts";
import { Problem } from "../../kit/problem.ts";
import type { Subject } from "../../wire/snapshot.ts";
import type { CoreBus } from "../events/topics.ts";
import type { Storage } from "../storage/storage.ts";
import type { Passwords } from "./passwords.ts";
import { livesAt } from "./session-times.ts";
import { createUserStore, type EndedSession, type StoredUser } from "./store.ts";
import { TOKEN_LIFETIME_MS } from "./tokens.ts";

type Role = "admin" | "member";

/** A person who signs in, without the password hash. Times are milliseconds since 1970. */
export type User = {
  id: number;
  username: string;
  role: Role;
  isActive: boolean;
  /** Raised to make all older tokens and sessions void (ruling R8). */
  generation: number;
  /** What the user may do now (ruling R6). */
  scopes: readonly string[];
  createdAt: number;
  lastLogin: number | undefined;
};

/** A new user. `apps` are the ids of the apps a member may open, or `*`; an administrator may open all. */
type UserInput = { username: string; password: string; role: Role; apps?: readonly string[] };

/** `currentHash` is what the present password was compared with; `keepSession` the id of a session that goes on. */
type PasswordChange = { id: number; currentHash: string; password: string; keepSession: string | undefined };

export type Users = {
  /** Adds a user. Throws VALIDATION_FAILED, and USER_EXISTS also for a name that differs only in case. */
  add(input: UserInput): Promise<User>;
  /** Adds the first administrator; throws SETUP_ALREADY_COMPLETED when there ever was one (ruling R16). */
  addFirstAdmin(input: { username: string; password: string }): Promise<User>;
  /** Was an administrator ever made? */
  setupDone(): Promise<boolean>;
  /** Sets another password, which ends all sessions and tokens of the user. Throws NOT_FOUND, VALIDATION_FAILED. */
  setPassword(username: string, password: string): Promise<void>;
  /**
   * Sets another password for a user who proved the present one. All sessions and tokens end but the session to keep;
   * answers how many sessions that were. Throws VALIDATION_FAILED, and UNAUTHORIZED when another change came first.
   */
  changePassword(change: PasswordChange): Promise<number>;
  /** Ends all sessions and tokens of a user; answers how many sessions. Throws NOT_FOUND. */
  signOut(username: string): Promise<number>;
  list(): Promise<User[]>;
  find(id: number): Promise<User | undefined>;
  /** The user behind `user:<id>`, active or not; undefined for everything else. */
  findBySubject(id: string): Promise<User | undefined>;
  /** The user with the exact name. Throws NOT_FOUND. */
  named(username: string): Promise<User>;
  /** The user with the stored hash, for signing in. The name must be spelled exactly. */
  findForSignIn(username: string): Promise<{ user: User; passwordHash: string } | undefined>;
  /** Remembers that the user signed in now. */
  setLastLogin(id: number): Promise<void>;
  /** Stores the same password hashed anew, unless it was changed meanwhile. */
  replaceHash(id: number, old: string, password: string): Promise<void>;
  userCount(): Promise<number>;
  /** The active user behind `user:<id>`; undefined for everything else. */
  subject(id: string): Promise<Subject | undefined>;
  /** All active users, as edges know them. */
  subjects(): Promise<Subject[]>;
};

/** The people who may sign in. */
export function createUsers(parts: { storage: Storage; clock: Clock; bus: CoreBus; passwords: Passwords }): Users {
  const { clock, bus, passwords } = parts;
  const store = createUserStore(parts.storage);

  async function insert(input: UserInput, first: boolean): Promise<User> {
    check(input);
    const grants = (input.apps ?? []).map((app) => `access:${app}`);
    const passwordHash = await passwords.hash(input.password);
    const row = { username: input.username, role: input.role, passwordHash, grants, createdAt: clock.now() };
    const { result, id } = await store.insert(row, { first });
    if (result === "setup-latched") throw new Problem("SETUP_ALREADY_COMPLETED");
    if (id === undefined) throw new Problem("USER_EXISTS", `A user named ${input.username} exists.`);
    bus.emit("subjects-changed", { ids: [subjectId(id)] });
    return userOf({ ...row, grants, id, generation: 1, isActive: true, lastLogin: undefined });
  }

  async function find(id: number): Promise<User | undefined> {
    const stored = await store.byId(id);
    return stored && userOf(stored);
  }

  async function findBySubject(id: string): Promise<User | undefined> {
    const number = /^user:([1-9]\d{0,14})$/.exec(id)?.[1];
    return number === undefined ? undefined : find(Number(number));
  }

  async function named(username: string): Promise<User> {
    const stored = await store.byName(username);
    if (!stored) throw new Problem("NOT_FOUND", `There is no user named ${username}.`);
    return userOf(stored);
  }

  const ending = () => ({ now: clock.now(), revokedForMs: TOKEN_LIFETIME_MS });

  /** Tells that a user's credentials are void, but for a session; answers how many of the sessions were alive until now. */
  function announce(id: number, ended: readonly EndedSession[], keep?: string): number {
    bus.emit("browsers-signed-out", { userId: id, keep });
    if (ended.length) bus.emit("credentials-revoked", { ids: ended.map((session) => session.id) });
    bus.emit("subjects-changed", { ids: [subjectId(id)] });
    return ended.filter((session) => livesAt(session, clock.now())).length;
  }

  return {
    add: (input) => insert(input, false),
    addFirstAdmin: ({ username, password }) => insert({ username, password, role: "admin" }, true),
    setupDone: () => store.latched(),
    async setPassword(username, password) {
      mustBeUsable(password);
      const { id } = await named(username);
      announce(id, await store.setPassword(id, await passwords.hash(password), ending()));
    },
    async changePassword({ id, currentHash, password, keepSession }) {
      mustBeUsable(password);
      const hashes = { current: currentHash, fresh: await passwords.hash(password) };
      const ended = await store.changePassword(id, hashes, { ...ending(), keep: keepSession });
      if (!ended) {
        throw new Problem("UNAUTHORIZED", "You were signed out while the password was changed. Sign in again.");
      }
      return announce(id, ended, keepSession);
    },
    async signOut(username) {
      const { id } = await named(username);
      return announce(id, await store.signOut(id, ending()));
    },
    async list() {
      return (await store.all()).map(userOf);
    },
    find,
    findBySubject,
    named,
    async findForSignIn(username) {
      const stored = await store.byName(username);
      return stored && { user: userOf(stored), passwordHash: stored.passwordHash };
    },
    setLastLogin: (id) => store.setLastLogin(id, clock.now()),
    async replaceHash(id, old, password) {
      await store.replaceHash(id, old, await passwords.hash(password));
    },
    userCount: () => store.count(),
    async subject(id) {
      const user = await findBySubject(id);
      return user?.isActive ? subjectOf(user) : undefined;
    },
    async subjects() {
      return (await store.all())
        .map(userOf)
        .filter((user) => user.isActive)
        .map(subjectOf);
    },
  };
}

/** The id by which tokens and edges know a user. */
export function subjectId(userId: number): string {
  return `user:${userId}`;
}

function subjectOf(user: User): Subject {
  return {
    id: subjectId(user.id),
    kind: "user",
    name: user.username,
    generation: user.generation,
    scopes: user.scopes,
  };
}

const ADMIN_SCOPES = ["read:*", "write:*", "access:*", "access:admin"];
const MEMBER_SCOPES = ["read:catalog", "read:events"];

/** Ruling R6. A grant opens one app and can never be `access:admin`, nor anything that is not an app. */
function scopesOf(role: Role, grants: readonly string[]): string[] {
  if (role === "admin") return ADMIN_SCOPES;
  return [...MEMBER_SCOPES, ...grants.filter((scope) => scope.startsWith("access:") && scope !== "access:admin")];
}

function userOf(stored: StoredUser): User {
  // A role that is not known here gives the least.
  const role: Role = stored.role === "admin" ? "admin" : "member";
  return {
    id: stored.id,
    username: stored.username,
    role,
    isActive: stored.isActive,
    generation: stored.generation,
    scopes: scopesOf(role, stored.grants),
    createdAt: stored.createdAt,
    lastLogin: stored.lastLogin,
  };
}

function check(input: UserInput): void {
  const problems: ErrorDetail[] = [];
  const name = Username.safeParse(input.username);
  if (!name.success) problems.push({ path: "username", reason: name.error.issues[0]?.message ?? "not allowed" });
  problems.push(...passwordProblems(input.password));
  for (const app of input.apps ?? []) {
    // `*` stands for all apps, never for the right to administer (ruling R19).
    if (app === "*") continue;
    if (!AppId.safeParse(app).success) problems.push({ path: "apps", reason: `"${app}" is not the id of an app` });
    // `access:admin` is the right to administer.
    else if (app === "admin") problems.push({ path: "apps", reason: 'an app with the id "admin" cannot be granted' });
  }
  if (problems.length) {
    const text = problems.map(({ path, reason }) => `${path}: ${reason}`).join("; ");
    throw new Problem("VALIDATION_FAILED", `The user cannot be added: ${text}.`, problems);
  }
}

/** Throws VALIDATION_FAILED for a new password that cannot be one. */
function mustBeUsable(password: string): void {
  const problems = passwordProblems(password);
  if (problems.length) throw new Problem("VALIDATION_FAILED", "The password cannot be used.", problems);
}

function passwordProblems(password: string): ErrorDetail[] {
  const parsed = NewPassword.safeParse(password);
  return parsed.success ? [] : [{ path: "password", reason: parsed.error.issues[0]?.message ?? "not allowed" }];
}
