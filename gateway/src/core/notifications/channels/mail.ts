import type { GuardedOutbound } from "../../../kit/outbound.ts";
import { type Channel, type Delivery, failed, type Message } from "./channel.ts";

export type MailSettings = {
  host: string;
  port: number;
  /** `tls` from the first byte, `starttls` before anything else is said, or `none`. */
  security: "starttls" | "tls" | "none";
  /** Empty: the server asks for none. */
  username: string;
  password: string;
  from: string;
  to: readonly string[];
};

/** Longest subject, in characters: mail programs show less. */
const LONGEST_SUBJECT = 200;
/** Largest line of an answer that is shown. */
const LONGEST_REASON = 300;

/**
 * The channel to mail. The server may stand on this machine, at home or anywhere: who set the channel named it, but link-local
 * addresses and our own listeners are never asked. Its certificate is checked; with `starttls` nothing is said in clear.
 */
export function createMailChannel(parts: {
  settings: MailSettings;
  outbound: Pick<GuardedOutbound, "reach">;
  /** Authorities to trust instead of the system's, in PEM. */
  caPem?: string;
}): Channel {
  const { settings, outbound, caPem } = parts;
  const { host, port, security, username, password, from, to } = settings;

  async function send(message: Message, signal: AbortSignal): Promise<Delivery> {
    let addresses: string[];
    try {
      addresses = await outbound.reach(host, port, { allow: ["host", "lan", "public"] });
    } catch (error) {
      return failed((error as Error).message);
    }
    // Loaded when the first mail is sent: most gateways never send one.
    const { createTransport } = await import("nodemailer");
    const transport = createTransport({
      // The address that was checked: the name could lead elsewhere when it is asked again.
      host: addresses[0],
      port,
      secure: security === "tls",
      requireTLS: security === "starttls",
      ignoreTLS: security === "none",
      servername: host,
      tls: { servername: host, ...(caPem !== undefined && { ca: caPem }) },
      ...(username && { auth: { user: username, pass: password } }),
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    try {
      await transport.sendMail({ ...mailOf(message, from, to), signal });
      return { state: "delivered" };
    } catch (error) {
      return refusal(error, [username, password]);
    } finally {
      transport.close();
    }
  }

  return { kind: "mail", send };
}

function mailOf({ id, title, body, severity, at }: Message, from: string, to: readonly string[]) {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  return {
    from: { name: "Nekzus", address: from },
    to: [...to],
    subject: oneLine(title).slice(0, LONGEST_SUBJECT),
    text: body || title,
    date: new Date(at),
    // The same each time it is sent: mail servers and programs show it once.
    messageId: `<${id}@${domain}>`,
    priority: severity === "critical" ? ("high" as const) : ("normal" as const),
    headers: { "Auto-Submitted": "auto-generated", "X-Nekzus-Id": id },
  };
}

function oneLine(text: string): string {
  return text.replace(/\p{Cc}+/gu, " ").trim();
}

/** What the server or the network said. Answers 5xx are final (RFC 5321, section 4.2.1), also for the credentials. */
function refusal(error: unknown, secrets: readonly string[]): Delivery {
  const { responseCode, code, message } = error as { responseCode?: number; code?: string; message?: string };
  let reason = oneLine(message || code || "the mail server failed").slice(0, LONGEST_REASON);
  for (const secret of secrets.filter(Boolean)) reason = reason.replaceAll(secret, "[hidden]");
  return failed(reason, { final: responseCode !== undefined && responseCode >= 500 });
}
