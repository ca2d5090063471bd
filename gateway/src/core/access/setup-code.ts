import { randomBytes } from "node:crypto";
import { sameSecret } from "../../kit/ids.ts";

/** Crockford's base32: no I, L, O, U, which are misread or misheard. 32 letters, so 5 bits each without a bias. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/** 28 letters are 140 bits; the ruling asks for 128 (R16). */
const LETTERS = 28;
const GROUP = 4;
/** So many wrong codes make a new one. */
const MAX_WRONG = 10;

type SetupCode = {
  /** Makes the first code and says it. */
  start(): void;
  /** Is this the code? After ten wrong ones there is a new one, which is said. */
  accepts(text: string): boolean;
};

/** The one-time code that lets another machine make the first administrator. `onCode` tells it to the person at the console. */
export function createSetupCode(onCode: (code: string) => void): SetupCode {
  let code: string | undefined;
  let wrong = 0;

  function renew(): void {
    const letters = [...randomBytes(LETTERS)].map((byte) => ALPHABET[byte % ALPHABET.length]).join("");
    code = letters;
    wrong = 0;
    onCode(letters.match(new RegExp(`.{${GROUP}}`, "g"))?.join("-") ?? letters);
  }

  return {
    start: renew,
    accepts(text) {
      if (code === undefined) return false;
      if (sameSecret(plain(text), code)) return true;
      wrong++;
      if (wrong >= MAX_WRONG) renew();
      return false;
    },
  };
}

/** The code as a person may have typed it: small letters, other gaps, letters that look alike. */
function plain(text: string): string {
  return text.toUpperCase().replace(/[\s-]/g, "").replace(/O/g, "0").replace(/[IL]/g, "1");
}
