import { expect, test } from "vitest";
import { createSession, createSessionCheck, type Session } from "./session.ts";

/** What all windows of a browser share. */
function storage(first: Record<string, string> = {}) {
  const kept = new Map(Object.entries(first));
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
}

test("the proof is kept for all windows under the name that the small pages use", () => {
  const shared = storage();
  const [one, other] = [createSession(() => shared), createSession(() => shared)];
  one.begin("p1");
  other.noticeStorage("nekzus.proof");
  expect([shared.getItem("nekzus.proof"), other.proof(), other.state.get()]).toEqual(["p1", "p1", { signedIn: true }]);
});

test("without storage the session lasts as long as the page", () => {
  const session = createSession(() => {
    throw new Error("denied");
  });
  expect(session.state.get()).toEqual({ signedIn: false, reason: "never" });
  session.begin("p1");
  expect(session.proof()).toBe("p1");
  session.end("here");
  expect([session.proof(), session.state.get()]).toEqual(["", { signedIn: false, reason: "here" }]);
});

test("a sign-out in another window is noticed, also when that emptied the storage", () => {
  for (const key of ["nekzus.proof", null]) {
    const shared = storage({ "nekzus.proof": "p1" });
    const session = createSession(() => shared);
    shared.removeItem("nekzus.proof");
    session.noticeStorage("nekzus.theme");
    expect(session.state.get().signedIn).toBe(true);
    session.noticeStorage(key);
    expect(session.state.get()).toEqual({ signedIn: false, reason: "elsewhere" });
  }
});

test("a sign-out is called so in every window, whoever hears of it first", () => {
  const shared = storage({ "nekzus.proof": "p1" });
  const [here, other, later] = [1, 2, 3].map(() => createSession(() => shared)) as [Session, Session, Session];
  here.leaving(true);
  // The gateway tells the other window that the session is over before it answers this one.
  other.end("ended");
  here.noticeStorage("nekzus.proof");
  here.end("here");
  here.leaving(false);
  later.noticeStorage("nekzus.proof");
  const reasons = [here, other, later].map(({ state }) => state.get());
  expect(reasons).toEqual(["here", "elsewhere", "elsewhere"].map((reason) => ({ signedIn: false, reason })));
  here.begin("p2");
  here.confirm();
  here.end("ended");
  expect(here.state.get()).toEqual({ signedIn: false, reason: "ended" });
});

test("another person in another window is told, too", () => {
  const shared = storage({ "nekzus.proof": "p1" });
  const session = createSession(() => shared);
  let told = 0;
  session.state.subscribe(() => told++);
  shared.setItem("nekzus.proof", "p2");
  session.noticeStorage("nekzus.proof");
  expect([told, session.proof()]).toEqual([1, "p2"]);
});

/** A page that is signed in, with a question whose answer the test gives. */
function checked() {
  const session = createSession(() => storageOnce);
  const storageOnce = storage({ "nekzus.proof": "p1" });
  session.noticeStorage("nekzus.proof");
  const answers: ((said: "signed-in" | "signed-out" | "unknown") => void)[] = [];
  const check = createSessionCheck(session, () => new Promise((resolve) => answers.push(resolve)));
  return { session, check, answers };
}

test("ten failed calls lead to one question, and 401 to that ends the session", async () => {
  const { session, check, answers } = checked();
  const checks = Array.from({ length: 10 }, () => check());
  expect(answers).toHaveLength(1);
  expect(session.state.get().signedIn).toBe(true);
  answers[0]?.("signed-out");
  await Promise.all(checks);
  expect([session.proof(), session.state.get()]).toEqual(["", { signedIn: false, reason: "ended" }]);
  await check();
  expect(answers).toHaveLength(1);
});

test.each(["signed-in", "unknown"] as const)("%s keeps the session, and the next failure asks again", async (said) => {
  const { session, check, answers } = checked();
  const first = check();
  answers[0]?.(said);
  await first;
  expect([session.proof(), session.state.get()]).toEqual(["p1", { signedIn: true }]);
  void check();
  expect(answers).toHaveLength(2);
});

test("whoever signs in while the question is under way stays signed in", async () => {
  const { session, check, answers } = checked();
  const first = check();
  session.begin("p2");
  answers[0]?.("signed-out");
  await first;
  expect([session.proof(), session.state.get()]).toEqual(["p2", { signedIn: true }]);
});

test.each([
  ["was never known to the gateway", false, "not-kept"],
  ["the gateway knew", true, "ended"],
])("a session that %s ends for another reason", async (_, isKnown, reason) => {
  const { session, check, answers } = checked();
  session.begin("p2");
  if (isKnown) session.confirm();
  const asked = check();
  answers[0]?.("signed-out");
  await asked;
  expect(session.state.get()).toEqual({ signedIn: false, reason });
});
