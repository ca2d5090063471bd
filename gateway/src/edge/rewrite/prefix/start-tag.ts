import { decodeReferences } from "./character-references.ts";

/** An attribute of a start tag; places are those in the tag's text. */
export type Attribute = {
  /** Lower case. */
  name: string;
  nameFrom: number;
  /** The value as it is written, without quotes; `from` and `to` are equal when it is empty or missing. */
  from: number;
  to: number;
  /** `"`, `'`, or nothing. */
  quote: string;
};

export type StartTag = {
  /** Lower case. */
  name: string;
  /** As it is written, with both angle brackets. */
  text: string;
  /** Of several with one name only the first. */
  attributes: readonly Attribute[];
  /** Is it an element of SVG or MathML? */
  foreign: boolean;
};

/** The value of a tag's attribute without character references. */
export function attributeValue(tag: StartTag, name: string): string | undefined {
  const found = tag.attributes.find((attribute) => attribute.name === name);
  return found && decodeReferences(tag.text.slice(found.from, found.to)).text;
}
