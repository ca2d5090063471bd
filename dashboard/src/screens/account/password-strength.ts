/**
 * What can honestly be said about a new password without knowing what else the person uses.
 * - `short`: the gateway would refuse it; `guessable`: among the first that a guesser tries;
 * - `fair`: accepted, more words would help; `good`: long enough to be out of reach of guessing.
 */
export type Strength = "short" | "guessable" | "fair" | "good";

/** Fewest bytes that the gateway accepts (contract, NewPassword). */
const FEWEST_BYTES = 8;
/** From this length on it takes words or patterns to guess it, not patience. */
const GOOD_LETTERS = 16;
/** Fewer different letters are a pattern, however long it is. */
const FEWEST_DIFFERENT = 6;
const OFTEN_TRIED = /pass ?word|passwort|qwert|asdf|letmein|welcome|admin|nekzus|iloveyou|12345|abcde/i;

/** Judges a new password of the user of that name. */
export function strengthOf(password: string, username: string): Strength {
  if (new TextEncoder().encode(password).length < FEWEST_BYTES) return "short";
  const letters = [...password.toLowerCase()];
  const name = username.toLowerCase();
  const rest = password.replace(new RegExp(OFTEN_TRIED, "gi"), "").length;
  const holdsName = name.length > 2 && password.toLowerCase().includes(name);
  if (new Set(letters).size < FEWEST_DIFFERENT || /^\d+$/.test(password)) return "guessable";
  if (rest < FEWEST_BYTES && OFTEN_TRIED.test(password)) return "guessable";
  if (holdsName && letters.length - name.length < FEWEST_BYTES) return "guessable";
  return letters.length >= GOOD_LETTERS ? "good" : "fair";
}
