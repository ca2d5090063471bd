/** Is there anything to change in this markup? Most of it has no such attribute. */
const WORTH_READING = /(?:src|href|action|poster|data|srcset|style|ping|background)\s*=|<style|url\(/i;
const TAG = /[a-z][^\s/>]*/iy;
const ATTRIBUTE = /[\s/]*([^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>"'][^\s>]*)))?/y;
const END_OF_TAG = /[\s/]*>/y;
/** What is between their tags is text. */
const RAW = new Set(["iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"]);
/** Characters that decide where an address leads, as some templates write them. */
const WRITTEN_OUT = /&(?:#x2f|#47|sol);|&(?:#x3a|#58|colon);/gi;

/**
 * Changes attributes in a piece of markup, in place: everything else stays as it is, byte for byte, so that it does
 * not matter where the piece will stand. `change` gets names in lower case, and answers the value that it wants.
 */
export function rewriteHtml(
  html: string,
  change: (tag: string, name: string, value: string) => string,
  css: (text: string) => string,
): string {
  if (!WORTH_READING.test(html)) return html;
  let out = "";
  let done = 0;
  const put = (from: number, to: number, text: string) => {
    out += html.slice(done, from) + text;
    done = to;
  };
  for (let at = html.indexOf("<"); at >= 0; at = html.indexOf("<", at)) {
    if (html.startsWith("<!--", at)) {
      const end = html.indexOf("-->", at + 4);
      if (end < 0) break;
      at = end + 3;
      continue;
    }
    TAG.lastIndex = at + 1;
    const tag = TAG.exec(html)?.[0].toLowerCase();
    if (!tag) {
      at++;
      continue;
    }
    at = TAG.lastIndex;
    for (;;) {
      END_OF_TAG.lastIndex = at;
      if (END_OF_TAG.test(html)) {
        at = END_OF_TAG.lastIndex;
        break;
      }
      ATTRIBUTE.lastIndex = at;
      const found = ATTRIBUTE.exec(html);
      // The tag goes on in another piece, or is none.
      if (!found) return out + html.slice(done);
      at = ATTRIBUTE.lastIndex;
      const value = found[2] ?? found[3] ?? found[4];
      if (!value) continue;
      const plain = value.replace(WRITTEN_OUT, (one) => (/2f|47|sol/i.test(one) ? "/" : ":"));
      const next = change(tag, (found[1] as string).toLowerCase(), plain);
      const end = found[4] === undefined ? at - 1 : at;
      if (next !== plain) put(end - value.length, end, next);
    }
    if (!RAW.has(tag)) continue;
    const rest = html.slice(at).search(new RegExp(`</${tag}[\\s/>]`, "i"));
    const end = rest < 0 ? html.length : at + rest;
    if (tag === "style") put(at, end, css(html.slice(at, end)));
    at = end;
  }
  return out + html.slice(done);
}
