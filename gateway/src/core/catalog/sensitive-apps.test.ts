import { expect, test } from "vitest";
import { createSensitiveApps } from "./sensitive-apps.ts";

const plain = (appId: string) => ({ appId, sensitive: false });
const sensitive = (appId: string) => ({ appId, sensitive: true });

/** The list over routes that a test stores. */
function open(...stored: ReturnType<typeof plain>[]) {
  const storage = { routes: stored };
  const apps = createSensitiveApps(
    async () => storage.routes,
    (error) => {
      throw error;
    },
  );
  const whileTold = (...changed: ReturnType<typeof plain>[]) => {
    let told: string[] = [];
    apps.during(changed, () => {
      told = [...apps.ids];
    });
    return told;
  };
  return { storage, apps, whileTold };
}

test("an app is sensitive as soon as it is told of, and until what is stored says otherwise", async () => {
  const { storage, apps, whileTold } = open(sensitive("a"), plain("a"), plain("b"));
  await apps.read();
  expect([...apps.ids]).toEqual(["a"]);
  storage.routes.push(sensitive("c"));
  expect(whileTold(sensitive("c"))).toEqual(["a", "c"]);
  storage.routes = [plain("a"), sensitive("c")];
  expect(whileTold(plain("a"))).toEqual(["a", "c"]);
  await apps.read();
  expect([...apps.ids]).toEqual(["c"]);
});

test("that an app is gone is told while it is still sensitive", async () => {
  const { storage, apps, whileTold } = open(sensitive("a"));
  await apps.read();
  storage.routes = [];
  const looks = apps.read();
  expect(whileTold(sensitive("a"))).toEqual(["a"]);
  await looks;
  await apps.read();
  expect([...apps.ids]).toEqual([]);
});

test("a mark that comes while the storage is read stays", async () => {
  const { storage, apps, whileTold } = open();
  const looks = apps.read();
  await Promise.resolve();
  storage.routes = [sensitive("a")];
  whileTold(sensitive("a"));
  await looks;
  expect([...apps.ids]).toEqual(["a"]);
});
