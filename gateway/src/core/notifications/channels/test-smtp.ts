import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { createSecureContext, TLSSocket } from "node:tls";
import type { Mood } from "./channel-conformance.ts";

type Mail = { from: string; to: string[]; source: string; secure: boolean; user: string | undefined };

export type SmtpServer = {
  port: number;
  mails: Mail[];
  /** Everything that was said to it before the connection was encrypted. */
  clear: string[];
  become(mood: Mood): void;
  close(): Promise<void>;
};

/** An SMTP server (RFC 5321) with STARTTLS (RFC 3207) and AUTH PLAIN (RFC 4954), which takes one account. */
export async function startSmtp(options: {
  key: string;
  cert: string;
  /** Speaks TLS from the first byte. */
  implicit?: boolean;
  /** Does not offer STARTTLS, as somebody in the middle would have it. */
  stripped?: boolean;
  account: { user: string; pass: string };
}): Promise<SmtpServer> {
  const { key, cert, implicit = false, stripped = false, account } = options;
  const context = createSecureContext({ key, cert });
  const mails: Mail[] = [];
  const clear: string[] = [];
  const open = new Set<Socket>();
  let mood: Mood = "takes";

  function serve(socket: Socket, secure: boolean, greet: boolean): void {
    let text = "";
    let data: string[] | undefined;
    let mail: Mail = { from: "", to: [], source: "", secure, user: undefined };
    const say = (line: string) => socket.write(`${line}\r\n`);
    socket.on("error", () => {});
    if (mood === "silent") return;
    if (greet) say("220 test ESMTP");

    function command(line: string): void {
      if (!secure) clear.push(line);
      const verb = line.slice(0, 8).toUpperCase();
      if (verb.startsWith("EHLO")) {
        say("250-test");
        say("250-SIZE 1000000");
        if (!secure && !stripped) say("250-STARTTLS");
        say("250 AUTH PLAIN");
      } else if (verb === "STARTTLS" && !stripped) {
        say("220 go ahead");
        socket.removeAllListeners("data");
        serve(new TLSSocket(socket, { isServer: true, secureContext: context }), true, false);
      } else if (verb === "AUTH PLA") {
        const [, user, pass] = Buffer.from(line.slice(11), "base64").toString().split("\0");
        const good = user === account.user && pass === account.pass;
        if (good) mail.user = user;
        say(good ? "235 welcome" : `535 5.7.8 ${pass} is not the password`);
      } else if (verb === "MAIL FRO") {
        const answers: Partial<Record<Mood, string>> = {
          busy: "451 4.3.0 come back later",
          refuses: "550 5.7.1 not from you",
        };
        mail.from = /<(.*)>/.exec(line)?.[1] ?? "";
        say(answers[mood] ?? "250 ok");
      } else if (verb === "RCPT TO:") {
        mail.to.push(/<(.*)>/.exec(line)?.[1] ?? "");
        say("250 ok");
      } else if (verb === "DATA") {
        data = [];
        say("354 go on");
      } else if (verb === "QUIT") {
        say("221 bye");
        socket.end();
      } else say(verb === "STARTTLS" ? "502 5.5.1 not here" : "250 ok");
    }

    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      for (let end = text.indexOf("\r\n"); end >= 0; end = text.indexOf("\r\n")) {
        const line = text.slice(0, end);
        text = text.slice(end + 2);
        if (!data) command(line);
        else if (line !== ".") data.push(line.startsWith(".") ? line.slice(1) : line);
        else {
          mails.push({ ...mail, source: data.join("\r\n") });
          data = undefined;
          mail = { ...mail, from: "", to: [] };
          say("250 taken");
        }
      }
    });
  }

  const server = createServer((socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
    if (implicit) serve(new TLSSocket(socket, { isServer: true, secureContext: context }), true, true);
    else serve(socket, false, true);
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));

  return {
    port: (server.address() as AddressInfo).port,
    mails,
    clear,
    become(next) {
      mood = next;
      if (next === "away") server.close();
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
