import type { pairing as contract } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { Answer, Call } from "../http/binding.ts";
import { toInstant } from "../storage/codec.ts";
import type { TokenFamilies } from "./token-families.ts";

export type Refresh = {
  /** 10 §3.5. */
  refresh(call: Call<typeof contract.refresh>): Promise<Answer<typeof contract.refresh>>;
  /** 10 §3.12. */
  verify(call: Call<typeof contract.verify>): Answer<typeof contract.verify>;
};

/** Exchanging a token for the next one, and asking whether it is good. */
export function createRefresh({ families }: { families: TokenFamilies }): Refresh {
  return {
    async refresh({ header }) {
      const token = /^Bearer +(\S+)$/i.exec(header("authorization")?.trim() ?? "")?.[1];
      if (token === undefined) throw new Problem("UNAUTHORIZED", "Send the token as `Authorization: Bearer`.");
      const { token: accessToken, expiresIn, scopes, subjectId } = await families.refresh(token);
      return { body: { accessToken, expiresIn, scopes: [...scopes], deviceId: subjectId.replace(/^device:/, "") } };
    },
    verify({ caller: { principal, token } }) {
      const deviceId = principal.id.replace(/^device:/, "");
      return { body: { valid: true, deviceId, ...(token && { expiresAt: toInstant(token.exp * 1000) }) } };
    },
  };
}
