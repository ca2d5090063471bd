import { execFileSync } from "node:child_process";
import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../kit/clock.ts";
import { createVirtualClock } from "../../kit/virtual-clock.ts";
import type { AccessEntry } from "./access-entry.ts";
import { createAccessLog, NO_ACCESS_LOG } from "./access-log.ts";
import { createFileSink } from "./file-sink.ts";
import { setAside } from "./set-aside.ts";
import { createSpool } from "./spool.ts";
import { createStdoutSink } from "./stdout-sink.ts";

const ENTRY: AccessEntry = {
  time: 0,
  client: "::1",
  peer: "::1",
  status: 200,
  error: undefined,
  principal: "local",
  requestId: "abc",
  listener: "api",
  protocol: "1.1",
  routeId: undefined,
  appId: undefined,
  webSocket: false,
  cached: undefined,
  bytesIn: 0,
  bytesOut: 0,
  durationMs: 1,
  upstreamMs: undefined,
  traceId: undefined,
  method: "GET",
  host: "localhost",
  path: "/",
  userAgent: undefined,
};

const MAKE_PIPE = "mkfifo";

function makeFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "nekzus-access-log-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const endOfTurn = () => new Promise((resolve) => setImmediate(resolve));

function createLog(clock = createVirtualClock()) {
  const said: Record<string, unknown>[] = [];
  let lost = 0;
  const accessLog = createAccessLog(NO_ACCESS_LOG, {
    clock,
    log: pino({ base: null }, { write: (text: string) => said.push(JSON.parse(text)) }),
    onLost: (lines) => {
      lost += lines;
    },
  });
  return { accessLog, clock, said, lost: () => lost };
}

const settings = (file: string) => ({ output: "file", file, max_size: 0, keep: 1 }) as const;
const idsIn = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line).request);
const linesOf = (file: string) => readFileSync(file, "utf8").split("\n").slice(0, -1);

test("lines are gathered for a quarter of a second, in a file and a folder for the owner alone", async () => {
  const file = join(makeFolder(), "logs/access.log");
  const { accessLog, clock } = createLog();
  accessLog.write(ENTRY);
  accessLog.use(settings(file));
  accessLog.write({ ...ENTRY, requestId: "a" });
  accessLog.write({ ...ENTRY, requestId: "b" });
  await endOfTurn();
  await clock.advance(249);
  expect(existsSync(file)).toBe(false);
  await clock.advance(1);
  await expect.poll(() => existsSync(file) && readFileSync(file, "utf8")).toMatch(/\n.*\n$/);
  expect(idsIn(readFileSync(file, "utf8"))).toEqual(["a", "b"]);
  expect([statSync(file).mode & 0o777, statSync(join(file, "..")).mode & 0o777]).toEqual([0o600, 0o700]);
  accessLog.write({ ...ENTRY, requestId: "c" });
  await accessLog.close();
  expect(idsIn(readFileSync(file, "utf8"))).toEqual(["a", "b", "c"]);
});

test("other settings take over at once, and what was written before goes where it belonged", async () => {
  const folder = makeFolder();
  const { accessLog } = createLog();
  accessLog.use(settings(join(folder, "one")));
  accessLog.write({ ...ENTRY, requestId: "a" });
  accessLog.use(settings(join(folder, "two")));
  accessLog.write({ ...ENTRY, requestId: "b" });
  accessLog.use({ ...settings(join(folder, "two")) });
  accessLog.use({ ...settings(join(folder, "two")), output: "off" });
  accessLog.write({ ...ENTRY, requestId: "c" });
  await expect.poll(() => readdirSync(folder).sort()).toEqual(["one", "two"]);
  await expect.poll(() => readFileSync(join(folder, "two"), "utf8")).toContain('"b"');
  expect(idsIn(readFileSync(join(folder, "one"), "utf8"))).toEqual(["a"]);
  expect(idsIn(readFileSync(join(folder, "two"), "utf8"))).toEqual(["b"]);
});

test.runIf(existsSync("/dev/full"))(
  "on a full disk lines are lost, counted, and told of once a minute; then all goes on",
  async () => {
    const folder = makeFolder();
    const { accessLog, clock, said, lost } = createLog();
    accessLog.use(settings("/dev/full"));
    for (let i = 1; i <= 3; i++) {
      accessLog.write(ENTRY);
      await endOfTurn();
      await clock.advance(250);
      await expect.poll(lost).toBe(i);
    }
    expect(said).toMatchObject([{ level: 40, lines: 1, reason: expect.stringContaining("ENOSPC") }]);
    await clock.advance(60_000);
    expect(said[1]).toMatchObject({ lines: 2 });
    await clock.advance(120_000);
    expect(said).toHaveLength(2);
    accessLog.use(settings(join(folder, "access.log")));
    accessLog.write(ENTRY);
    await accessLog.close();
    expect(linesOf(join(folder, "access.log"))).toHaveLength(1);
    expect(lost()).toBe(3);
  },
);

test("a link in place of the file is not followed", async () => {
  const folder = makeFolder();
  writeFileSync(join(folder, "victim"), "");
  symlinkSync(join(folder, "victim"), join(folder, "access.log"));
  const { accessLog, lost } = createLog();
  accessLog.use(settings(join(folder, "access.log")));
  accessLog.write(ENTRY);
  await accessLog.close();
  expect(lost()).toBe(1);
  expect(readFileSync(join(folder, "victim"), "utf8")).toBe("");
});

test("two edges share a file that is set aside again and again: every line is there once and whole", async () => {
  const folder = makeFolder();
  const file = join(folder, "access.log");
  const parts = { settings: { file, max_size: 20_000, keep: 1000 }, clock: systemClock, onStuck: fail };
  const [one, two] = [createFileSink(parts), createFileSink(parts)];
  const write = async (sink: typeof one, name: string) => {
    try {
      for (let batch = 0; batch < 60; batch++) {
        const lines = Array.from({ length: 10 }, (_, i) => `${name} ${batch * 10 + i} ${"x".repeat(190)}\n`);
        expect(await sink.write(Buffer.from(lines.join("")))).toBeUndefined();
      }
    } finally {
      await sink.close();
    }
  };
  await Promise.all([write(one, "one"), write(two, "two")]);
  const files = readdirSync(folder);
  expect(files).not.toContain("access.log.lock");
  expect(files.length).toBeGreaterThanOrEqual(8);
  const found = files.flatMap((name) => linesOf(join(folder, name)));
  expect(found.every((line) => /^(one|two) \d+ x{190}$/.test(line))).toBe(true);
  expect(new Set(found).size).toBe(1200);
  expect(found).toHaveLength(1200);
  // Nobody writes far beyond the limit.
  for (const name of files) expect(statSync(join(folder, name)).size).toBeLessThan(30_000);
});

test("a file that another edge has set aside, and nobody made again, is left to whoever writes next", async () => {
  const folder = makeFolder();
  const file = join(folder, "access.log");
  writeFileSync(`${file}.1`, "");
  await setAside({ file, ino: statSync(`${file}.1`).ino, keep: 5, now: 0 });
  expect(readdirSync(folder)).toEqual(["access.log.1"]);
});

test("only so many files are kept, the newest as .1", async () => {
  const folder = makeFolder();
  const file = join(folder, "access.log");
  for (const name of ["access.log.7", "access.log.old", "access.log.lock", "other.1"]) {
    writeFileSync(join(folder, name), "");
  }
  // Left behind by an edge that died.
  utimesSync(join(folder, "access.log.lock"), 1, 1);
  const sink = createFileSink({ settings: { file, max_size: 10, keep: 2 }, clock: systemClock, onStuck: fail });
  for (let i = 0; i < 7; i++) await sink.write(Buffer.from(`line ${i} and more\n`));
  await sink.close();
  expect(readdirSync(folder).sort()).toEqual([
    ...["access.log", "access.log.1", "access.log.2", "access.log.old", "other.1"],
  ]);
  const texts = ["access.log", "access.log.1", "access.log.2"].map((name) => readFileSync(join(folder, name), "utf8"));
  expect(texts.map((text) => /line (\d)/.exec(text)?.[1])).toEqual(["6", "5", "4"]);
});

test("a file that logrotate renamed or removed is opened anew", async () => {
  const folder = makeFolder();
  const file = join(folder, "access.log");
  const sink = createFileSink({ settings: { file, max_size: 0, keep: 1 }, clock: systemClock, onStuck: fail });
  await sink.write(Buffer.from("a\n"));
  renameSync(file, `${file}-20261123`);
  await sink.write(Buffer.from("b\n"));
  rmSync(file);
  await sink.write(Buffer.from("c\n"));
  await sink.close();
  expect([linesOf(`${file}-20261123`), linesOf(file)]).toEqual([["a"], ["c"]]);
});

test("nobody waits for a reader who does not read, and what he gets is whole lines", async () => {
  const { read, write } = openPipe();
  let lost = 0;
  const onLost = (lines: number) => {
    lost += lines;
  };
  const clock = createVirtualClock();
  const spool = createSpool({ sink: createStdoutSink(clock, write), clock, onLost });
  const began = performance.now();
  const line = `${"x".repeat(999)}\n`;
  for (let i = 0; i < 3000; i++) spool.add(line);
  await clock.advance(1000);
  expect(performance.now() - began).toBeLessThan(5000);
  expect(lost).toBeGreaterThan(1000);
  const chunk = Buffer.alloc(1 << 20);
  let got = "";
  while (got.length < (3000 - lost) * 1000) {
    try {
      got += chunk.toString("latin1", 0, readSync(read, chunk));
    } catch {
      await clock.advance(300);
    }
  }
  expect(got).toBe(line.repeat(3000 - lost));
  await spool.close();
});

test("a log that is closed while nobody reads gives up after a second and leaves nothing open", async () => {
  const { write, opened } = openPipe();
  const clock = createVirtualClock();
  let lost = 0;
  const onLost = (lines: number) => {
    lost += lines;
  };
  expect(opened()).toBe(2);
  const spool = createSpool({ sink: createStdoutSink(clock, write), clock, onLost });
  for (let i = 0; i < 200; i++) spool.add(`${"x".repeat(999)}\n`);
  expect(opened()).toBe(3);
  let over = false;
  const closing = spool.close().then(() => {
    over = true;
  });
  await clock.advance(900);
  expect(over).toBe(false);
  await clock.advance(200);
  await closing;
  // What waits for the reader notices a moment later.
  await clock.advance(100);
  await expect.poll(() => lost).toBeGreaterThan(100);
  await expect.poll(opened).toBe(2);
});

test("when the reader is gone, lines are lost and nothing else happens", async () => {
  const { closeRead, write } = openPipe();
  const sink = createStdoutSink(systemClock, write);
  expect(await sink.write(Buffer.from("a\n"))).toBeUndefined();
  closeRead();
  expect(await sink.write(Buffer.from("b\n"))).toMatchObject({ written: 0, error: { code: "EPIPE" } });
  await sink.close();
});

/** A pipe between two descriptors that are closed in the end; `read` gives EAGAIN when it is empty. */
function openPipe() {
  const path = join(makeFolder(), "pipe");
  execFileSync(MAKE_PIPE, [path]);
  const read = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const write = openSync(path, constants.O_WRONLY);
  let reading = true;
  const closeRead = () => {
    if (reading) closeSync(read);
    reading = false;
  };
  onTestFinished(() => {
    closeRead();
    closeSync(write);
  });
  const opened = () => readdirSync("/proc/self/fd").filter((fd) => linkOf(fd) === path).length;
  return { read, write, closeRead, opened };
}

/** What a descriptor of ours stands for; it may be closed by now. */
function linkOf(fd: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return undefined;
  }
}

function fail(error: Error): never {
  throw error;
}
