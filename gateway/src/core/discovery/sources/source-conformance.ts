import { afterEach, describe, expect, test } from "vitest";
import type { Discovered, Source } from "./source.ts";

/** A source in a world that the suite can change. */
export type SourceWorld = {
  source: Source;
  /** A service appears; `name` is what the source shall call it. */
  add(name: string): void;
  /** A service goes away. */
  remove(name: string): void;
  /** What the source looks at cannot be reached any more, or again. */
  breakDown(): void;
  repair(): void;
  /** Lets so much time pass, in milliseconds, that the source has looked by itself. */
  pass(): Promise<void>;
};

/** What every source must do, whatever it looks at. */
export function describeSource(name: string, build: () => SourceWorld): void {
  describe(`${name} as a source`, () => {
    const running: Source[] = [];
    afterEach(async () => {
      for (const source of running.splice(0)) await source.stop();
    });

    function begin() {
      const world = build();
      running.push(world.source);
      const snapshots: Discovered[][] = [];
      const emit = (snapshot: Discovered[]) => {
        snapshots.push(snapshot);
      };
      const names = () =>
        snapshots
          .at(-1)
          ?.map((service) => service.name)
          .sort();
      return { ...world, snapshots, emit, names };
    }

    test("emits everything it sees at the start, and again whole after each change", async () => {
      const { source, emit, names, add, remove, pass } = begin();
      add("one");
      source.start(emit);
      await pass();
      expect(names()).toEqual(["one"]);

      add("two");
      await pass();
      expect(names()).toEqual(["one", "two"]);

      remove("one");
      await pass();
      expect(names()).toEqual(["two"]);
      expect(source.state()).toMatchObject({ status: "ok", message: "" });
      expect(source.state().lastScan).toBeGreaterThan(0);
    });

    test("emits nothing before the start and nothing after the stop, and can start again", async () => {
      const { source, emit, snapshots, names, add, pass } = begin();
      add("one");
      await source.scan();
      await source.stop();
      expect(source.state().status).toBe("stopped");

      source.start(emit);
      source.start(emit);
      await pass();
      await source.stop();
      await source.stop();
      const count = snapshots.length;
      expect(count).toBeGreaterThan(0);
      add("two");
      await source.scan();
      await pass();
      expect(snapshots).toHaveLength(count);

      source.start(emit);
      await pass();
      expect(names()).toEqual(["one", "two"]);
    });

    test("a scan that is asked for sees what is there at that moment", async () => {
      const { source, emit, names, add, pass } = begin();
      source.start(emit);
      await pass();
      add("late");
      await source.scan();
      expect(names()).toContain("late");
    });

    test("blindness is not absence: it emits nothing while it cannot look, says so, and resumes by itself", async () => {
      const { source, emit, snapshots, names, add, breakDown, repair, pass } = begin();
      add("one");
      source.start(emit);
      await pass();
      breakDown();
      const count = snapshots.length;
      await source.scan();
      await pass();
      expect(snapshots).toHaveLength(count);
      expect(source.state().status).toBe("error");
      expect(source.state().message).not.toBe("");

      repair();
      add("two");
      await pass();
      expect(names()).toEqual(["one", "two"]);
      expect(source.state()).toMatchObject({ status: "ok", message: "" });
    });

    test("every service it emits can be reached at a port and is known by an identity of its own", async () => {
      const { source, emit, snapshots, add, pass } = begin();
      add("one");
      add("two");
      source.start(emit);
      await pass();
      const services = snapshots.at(-1) ?? [];
      expect(new Set(services.map((service) => service.identity)).size).toBe(2);
      for (const service of services) {
        expect(service.ports.length).toBeGreaterThan(0);
        for (const port of service.ports) expect(URL.canParse(port.to)).toBe(true);
        expect(service.confidence).toBeGreaterThan(0);
        expect(service.confidence).toBeLessThanOrEqual(1);
      }
    });
  });
}
