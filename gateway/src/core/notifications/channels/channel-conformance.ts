import { afterEach, describe, expect, test } from "vitest";
import type { Channel, Message } from "./channel.ts";

/** What a receiver got, as far as all channels have it. `id`: by what it can tell that it has the message already. */
export type Received = { title: string; body: string; id: string };

/** What the other side does with the next messages. */
export type Mood = "takes" | "busy" | "refuses" | "silent" | "away";

/** A channel with the real other side of it, which speaks its protocol. */
export type Stage = {
  channel: Channel;
  received(): readonly Received[];
  /** What the other side does from now on; undefined when there is no such thing on this channel. */
  become(mood: Mood): Promise<void> | undefined;
  /** What must never be told to anybody. */
  secrets: readonly string[];
  close(): Promise<void>;
};

/** A text with everything that could break out of a header, a line, a format or a call of somebody. */
export const ODD = {
  title: 'Größe "1" <b>&amp; \\ 😀\r\nBcc: everybody@example.org',
  body: "line one\nline two\n.\n..\n@everyone <@U1> `code` *bold* {{x}}\u0000\u001b[31m",
};

export function message(change: Partial<Message> = {}): Message {
  const { title = "Grafana is down", body = "HTTP 502" } = change;
  const common = { type: "notification", severity: "warning", at: Date.UTC(2026, 0, 2) } as const;
  return { id: "0f9c1c9e-1", ...common, title, body, data: { event: "test", title, body }, ...change };
}

/** Runs what every channel promises: see {@link Channel}. `clean` is what a text becomes where not all of it is shown. */
export function conformsAsChannel(
  kind: Channel["kind"],
  name: string,
  open: () => Promise<Stage>,
  clean: (text: string, field: "title" | "body") => string = (text) => text,
): void {
  describe(`${name} conforms as a channel`, () => {
    const stages: Stage[] = [];
    const stage = async () => {
      const one = await open();
      stages.push(one);
      return one;
    };
    afterEach(async () => {
      for (const one of stages.splice(0)) await one.close();
    });
    const never = new AbortController().signal;

    test("a message arrives once and whole, an odd one as plain text", async () => {
      const { channel, received } = await stage();
      expect(channel.kind).toBe(kind);
      expect((await channel.send(message(), never)).state).toBe(kind === "device" ? "sent" : "delivered");
      await channel.send(message(ODD), never);
      expect(received()).toMatchObject([
        { title: clean("Grafana is down", "title"), body: clean("HTTP 502", "body") },
        { title: clean(ODD.title, "title"), body: clean(ODD.body, "body") },
      ]);
    });

    test("the same message carries the same id each time, and no other does: a receiver can drop the second one", async () => {
      const { channel, received } = await stage();
      await channel.send(message(), never);
      await channel.send(message(), never);
      await channel.send(message({ id: "0f9c1c9e-2" }), never);
      const [one, again, other] = received().map(({ id }) => id);
      expect([received().length, one]).toEqual([3, again]);
      expect(one).toMatch(/\S{8}/);
      expect(other).not.toBe(one);
    });

    test.each([
      ["busy", false],
      ["refuses", true],
      ["away", false],
    ] as const)("the other side is %s: the reason is told, without secrets", async (mood, final) => {
      const { channel, become, secrets } = await stage();
      const changed = become(mood);
      if (!changed) return;
      await changed;
      const delivery = await channel.send(message(), never);
      expect(delivery).toMatchObject({ state: "failed", final, reason: expect.stringMatching(/\w{3}/) });
      for (const secret of secrets) expect(JSON.stringify(delivery)).not.toContain(secret);
    });

    test("a silent other side is left when the signal says so, and is no final failure", async () => {
      const { channel, become } = await stage();
      const changed = become("silent");
      if (!changed) return;
      await changed;
      const given = new AbortController();
      const delivery = channel.send(message(), given.signal);
      setTimeout(() => given.abort(), 50);
      expect(await delivery).toMatchObject({ state: "failed", final: false });
    });
  });
}
