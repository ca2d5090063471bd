import type { Attribute } from "./start-tag.ts";

/** Start tags that end SVG and MathML wherever they come (HTML, section 13.2.6.5). */
const BREAKS_OUT: ReadonlySet<string> = new Set(
  (
    "b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta " +
    "nobr ol p pre ruby s small span strong strike sub sup table tt u ul var"
  ).split(" "),
);
/** Elements of SVG and MathML whose content is HTML again. */
const HTML_WITHIN: Readonly<Record<string, ReadonlySet<string>>> = {
  svg: new Set(["foreignobject", "desc", "title"]),
  math: new Set(["mi", "mo", "mn", "ms", "mtext", "annotation-xml"]),
};
/** Deepest nesting that is followed. */
const MAX_DEPTH = 256;

/**
 * Keeps in mind whether a place is within SVG or MathML, where `<style>` and its like have ordinary content and CDATA
 * exists. Of the open elements it knows only those that lead into and out of them.
 */
export type ForeignContext = {
  inside(): boolean;
  /** Is one of them open, also around HTML within it? */
  isOpen(): boolean;
  /** A start tag; answers whether the element is itself of SVG or MathML. */
  open(name: string, attributes: readonly Attribute[], selfClosing: boolean): boolean;
  close(name: string): void;
};

export function createForeignContext(): ForeignContext {
  /** Open `svg` and `math`, and within each those in which HTML goes on. */
  let open: { name: string; foreign: boolean }[] = [];
  const inside = () => open.at(-1)?.foreign === true;
  const push = (name: string, foreign: boolean) => {
    if (open.length < MAX_DEPTH) open.push({ name, foreign });
  };
  const breakOut = () => {
    open = open.slice(0, open.findLastIndex(({ foreign }) => !foreign) + 1);
  };
  return {
    inside,
    isOpen: () => open.length > 0,
    open(name, attributes, selfClosing) {
      if (!inside()) {
        const enters = name === "svg" || name === "math";
        if (enters && !selfClosing) push(name, true);
        return enters;
      }
      const font = name === "font" && attributes.some(({ name }) => /^(?:color|face|size)$/.test(name));
      if (font || BREAKS_OUT.has(name)) {
        breakOut();
        return false;
      }
      if (selfClosing) return true;
      const around = open.findLast(({ foreign }) => foreign)?.name ?? "";
      if (name === around) push(name, true);
      else if (HTML_WITHIN[around]?.has(name)) push(name, false);
      return true;
    },
    close(name) {
      if (!open.length) return;
      if (inside() && (name === "p" || name === "br")) breakOut();
      else {
        const at = open.findLastIndex((one) => one.name === name);
        if (at >= 0) open = open.slice(0, at);
      }
    },
  };
}
