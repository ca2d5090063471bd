import { createHash } from "node:crypto";

/**
 * 64 first and 64 second words: short, ordinary, unlike one another when said aloud.
 */
const FIRST =
  "amber brave calm clever cosy crisp dusty early fancy fast fluffy frosty funny gentle giant golden grand green happy heavy hidden honest humble icy jolly keen kind lazy light little lively loud lucky mellow merry mighty misty modest narrow neat noble odd old pale plain polite proud purple quick quiet rapid red round royal rusty shiny silent silver simple sleepy slow small smooth".split(
    " ",
  );
const SECOND =
  "anchor apple arrow badger basket beaver bell bird boat bottle bridge button camel candle castle cherry clock cloud comet copper coral daisy dolphin dragon eagle engine falcon feather fiddle forest garden guitar hammer harbor hedgehog island jacket kettle ladder lantern lemon lizard magnet maple marble meadow mirror monkey mountain needle ocean onion otter oyster panda parrot pebble pepper piano pigeon pillow planet pocket rabbit".split(
    " ",
  );
const NUMBERS = 100;

/**
 * What both sides can compute and a person can compare: from the code and the pin of the certificate that the device
 * sees. Who stands between has another certificate and could not know the code before choosing it, so that the phrases
 * differ but for one chance in 400 000. `pin` is empty without TLS, and then the phrase proves nothing.
 */
export function pairingPhrase(code: string, pin: string): string {
  const hash = createHash("sha256").update(`nekzus pairing\n${code}\n${pin}`).digest();
  const first = FIRST[(hash[0] as number) % FIRST.length];
  const second = SECOND[(hash[1] as number) % SECOND.length];
  return `${first} ${second} ${hash.readUInt32BE(2) % NUMBERS}`;
}
