import { randomInt } from "node:crypto";

/** Without letters and digits that are misread (10 §2.4). */
const ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789";
const LENGTH = 8;

/** A new pairing code: 8 letters, 39 bits, each as likely as any other. */
export function newCode(): string {
  return Array.from({ length: LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join("");
}

/** The code as it was made, however a person typed it. */
export function readCode(text: string): string {
  return text.toUpperCase().replace(/[\s-]/g, "");
}
