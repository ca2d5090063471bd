import { Parser } from "htmlparser2";

/** Icons of a page that are looked at. */
const MOST_LINKS = 5;

/** The addresses of the icons that a page names in `<link rel="… icon …">`, in order, resolved against the page's own. */
export function iconLinks(html: string, page: URL): URL[] {
  const found: string[] = [];
  let base = page;
  const parser = new Parser({
    onopentag(name, { href, rel = "" }) {
      if (!href) return;
      if (name === "base") base = URL.parse(href, page) ?? page;
      if (name !== "link" || found.length >= MOST_LINKS) return;
      const words = rel.toLowerCase().split(/\s+/);
      if (words.some((word) => word === "icon" || word.startsWith("apple-touch-icon"))) found.push(href);
    },
  });
  parser.end(html);
  return found.map((href) => URL.parse(href, base)).filter((url) => url !== null);
}
