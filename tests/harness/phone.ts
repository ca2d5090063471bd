import { runCommand } from "./command.ts";
import type { Gateway } from "./gateway.ts";
import type { Answer, RequestOptions } from "./request.ts";

export type Code = { id: string; code: string };

/** Makes a pairing code, as the administrator. */
export async function pairingCode(gateway: Gateway, wish: object = {}): Promise<Code> {
  return (await gateway.admin("POST", "/api/v1/pairings", wish)).json as Code;
}

/** What a phone does with a code: fetches what it leads to. */
export function redeem(gateway: Gateway, code: string, more: Partial<RequestOptions> = {}): Promise<Answer> {
  return gateway.api("POST", "/api/v1/pair", { headers: { "x-pairing-request": "true" }, body: { code }, ...more });
}

/** Asks to be let in with the bootstrap token. */
export function ask(
  gateway: Gateway,
  bootstrapToken: string,
  id: string,
  more: Partial<RequestOptions> = {},
): Promise<Answer> {
  return gateway.api("POST", "/api/v1/auth/pair", {
    headers: { authorization: `Bearer ${bootstrapToken}` },
    body: { device: { id, model: "Pixel 9", platform: "android" } },
    ...more,
  });
}

/** How a pairing stands, as the dashboard asks. */
export async function pairingState(gateway: Gateway, id: string) {
  return (await gateway.admin("GET", `/api/v1/pairings/${id}`)).json as {
    state: string;
    device?: { name: string; address: string; phrase: string };
  };
}

/** The header of an answer with a token. */
export function bearerOf({ json }: Answer): { authorization: string } {
  return { authorization: `Bearer ${(json as { accessToken: string }).accessToken}` };
}

/** Pairs a phone by a code of the gateway's own machine, which needs no approval, and answers its header. Default: the scopes that devices get. */
export async function pairPhone(
  gateway: Gateway,
  id: string,
  scopes: readonly string[] = [],
): Promise<{ authorization: string }> {
  const wish = scopes.flatMap((scope) => ["--scope", scope]);
  const { stdout } = await runCommand(["pair", "--data", gateway.dataFolder, "--code-only", ...wish]);
  const { code } = JSON.parse(stdout) as { code: string };
  const { bootstrapToken } = (await redeem(gateway, code)).json as { bootstrapToken: string };
  return bearerOf(await ask(gateway, bootstrapToken, id));
}

/** The same, and answers its token. */
export async function phoneToken(gateway: Gateway, id: string, scopes: readonly string[] = []): Promise<string> {
  return (await pairPhone(gateway, id, scopes)).authorization.slice("Bearer ".length);
}
