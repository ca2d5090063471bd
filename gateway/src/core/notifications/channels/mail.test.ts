import { beforeAll, expect, test } from "vitest";
import { createLogger } from "../../../kit/log.ts";
import { createOutbound } from "../../../kit/outbound.ts";
import { makeAuthority } from "../../../kit/test-authority.ts";
import { conformsAsChannel, message } from "./channel-conformance.ts";
import { createMailChannel, type MailSettings } from "./mail.ts";
import { type SmtpServer, startSmtp } from "./test-smtp.ts";

const log = createLogger("test", "silent");
const account = { user: "nekzus", pass: "a mail password" };
const never = new AbortController().signal;

let ca: string;
let served: { key: string; cert: string };
beforeAll(async () => {
  const authority = await makeAuthority("Test");
  ca = authority.caPem;
  served = await authority.issue("mail.home.test");
});

/** A channel to the server, which is found under the name that its certificate carries. */
function channelTo({ port }: { port: number }, change: Partial<MailSettings> = {}, own = false) {
  const settings = {
    host: "mail.home.test",
    port,
    security: "starttls" as const,
    username: account.user,
    password: account.pass,
    from: "gateway@home.test",
    to: ["anna@home.test", "ben@home.test"],
    ...change,
  };
  const outbound = createOutbound({ resolve: async () => ["127.0.0.1"], isOwnListener: () => own, log });
  return createMailChannel({ settings, outbound, caPem: ca });
}

/** What a mail program shows. */
function shown({ source }: SmtpServer["mails"][number]) {
  const [head = "", ...rest] = source.split("\r\n\r\n");
  const header = (name: string) => {
    const folded = new RegExp(`^${name}: (.*(?:\\r\\n[ \\t].*)*)`, "im").exec(head)?.[1] ?? "";
    const words = folded.replace(/\r\n[ \t]+/g, " ").replace(/\?=\s+=\?/g, "?==?");
    return words.replace(/=\?utf-8\?([QB])\?(.*?)\?=/gi, (_, kind: string, text: string) =>
      kind.toUpperCase() === "B" ? Buffer.from(text, "base64").toString() : quoted(text.replaceAll("_", " ")),
    );
  };
  const coding = header("content-transfer-encoding");
  const raw = rest.join("\r\n\r\n");
  const body =
    coding === "base64"
      ? Buffer.from(raw, "base64").toString()
      : coding === "quoted-printable"
        ? quoted(raw.replace(/=\r\n/g, ""))
        : Buffer.from(raw, "latin1").toString();
  const id = header("message-id");
  return { title: header("subject"), body: body.replaceAll("\r\n", "\n").replace(/\n$/, ""), id, head };
}

function quoted(text: string): string {
  const bytes = text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(bytes, "latin1").toString();
}

for (const [name, security] of [
  ["mail with STARTTLS", "starttls"],
  ["mail over TLS", "tls"],
] as const) {
  conformsAsChannel(
    "mail",
    name,
    async () => {
      const server = await startSmtp({ ...served, account, implicit: security === "tls" });
      return {
        channel: channelTo(server, { security }),
        received() {
          return server.mails.map(shown).map(({ title, body, id }) => ({ title, body, id }));
        },
        become: async (mood) => server.become(mood),
        secrets: [account.pass],
        close: () => server.close(),
      };
    },
    (text, field) => (field === "title" ? text.replace(/\p{Cc}+/gu, " ") : text),
  );
}

test("a mail goes to all recipients after signing in, and nothing of it is said in clear", async () => {
  const server = await startSmtp({ ...served, account });
  expect(await channelTo(server).send(message({ severity: "critical" }), never)).toEqual({ state: "delivered" });
  expect(server.mails).toMatchObject([
    { from: "gateway@home.test", to: ["anna@home.test", "ben@home.test"], secure: true, user: "nekzus" },
  ]);
  expect(server.clear.map((line) => line.split(" ")[0])).toEqual(["EHLO", "STARTTLS"]);
  const { head, id } = shown(server.mails[0] as SmtpServer["mails"][number]);
  expect(id).toBe("<0f9c1c9e-1@home.test>");
  expect(head).toMatch(/^Auto-Submitted: auto-generated/im);
  expect(head).toMatch(/^X-Priority: 1/im);
  await server.close();
});

test("a server that hides STARTTLS, a certificate of another name or authority: nothing is said", async () => {
  const stripped = await startSmtp({ ...served, account, stripped: true });
  expect(await channelTo(stripped).send(message(), never)).toMatchObject({ state: "failed" });
  const server = await startSmtp({ ...served, account });
  expect(await channelTo(server, { host: "other.home.test" }).send(message(), never)).toMatchObject({
    state: "failed",
  });
  const other = await makeAuthority("Test");
  const foreign = await startSmtp({ ...(await other.issue("mail.home.test")), account });
  expect(await channelTo(foreign).send(message(), never)).toMatchObject({ state: "failed" });
  for (const one of [stripped, server, foreign]) {
    expect([one.mails, one.clear.filter((line) => /^(AUTH|MAIL)/.test(line))]).toEqual([[], []]);
    await one.close();
  }
});

test("a wrong password is final, and the server's answer with it in is not passed on", async () => {
  const server = await startSmtp({ ...served, account });
  const delivery = await channelTo(server, { password: "a wrong one" }).send(message(), never);
  expect(delivery).toMatchObject({ state: "failed", final: true, reason: expect.stringContaining("[hidden]") });
  expect(JSON.stringify(delivery)).not.toContain("a wrong one");
  await server.close();
});

test("without a username nobody signs in; `none` says all in clear when somebody chose it", async () => {
  const server = await startSmtp({ ...served, account });
  const plain = channelTo(server, { security: "none", username: "", password: "" });
  expect(await plain.send(message(), never)).toEqual({ state: "delivered" });
  expect(server.mails).toMatchObject([{ secure: false, user: undefined }]);
  await server.close();
});

test("metadata services, link-local addresses and our own listeners are no mail servers", async () => {
  for (const host of ["169.254.169.254", "fe80::1", "0.0.0.0"]) {
    expect(await channelTo({ port: 25 }, { host }).send(message(), never)).toMatchObject({ state: "failed" });
  }
  const own = await channelTo({ port: 25 }, {}, true).send(message(), never);
  expect(own).toMatchObject({ state: "failed", reason: expect.stringContaining("the gateway itself") });
});
