import fc from "fast-check";

const often = <T>(usual: readonly T[], odd: readonly T[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) });

const requestLine = fc
  .tuple(
    often(["GET", "POST", "PUT", "M-SEARCH", "HEAD"], ["get", "G\tET", "", "G\x00", "POST ", "\r\nGET"]),
    often([" "], ["  ", "\t", "", "\x0b"]),
    often(["/", "/a?b=c", "http://a/b", "/%00"], ["/a b", "*", "a", "/\x01", "/\xe9", "//a@b", "/\x7f", "", "/a#b"]),
    often([" "], ["  ", "\t", " \r", ""]),
    often(
      ["HTTP/1.1", "HTTP/1.0"],
      ["HTTP/1.2", "HTTP/2.0", "HTTP/0.9", "http/1.1", "HTTP/1.1 ", "HTTP/1.10", "", "HTP/1.1"],
    ),
  )
  .map((pieces) => pieces.join(""));

const LINES = [
  "Accept: */*",
  "X-Empty:",
  "X-Tab:\ta\t",
  "X-High: caf\xe9",
  "Connection: keep-alive",
  "Connection: close",
  "Connection: close, keep-alive",
  "Content-Length: 5",
  "content-length:\t5 ",
  "Content-Length: 005",
  "Content-Length: 0",
  "Transfer-Encoding: chunked",
  "transfer-encoding:Chunked ",
  "Expect: 100-continue",
];
const ODD_LINES = [
  ...["5, 5", "5,6", "+5", "-5", "0x5", "5 5", "5;", "5.0", "99999999999999999999", "", "\x0b5", "five"].map(
    (length) => `Content-Length: ${length}`,
  ),
  ...[
    "chunked, identity",
    "identity",
    "xchunked",
    "\x0bchunked",
    "gzip, chunked",
    "chunked,",
    ", chunked",
    '"chunked"',
    "",
  ].map((coding) => `Transfer-Encoding: ${coding}`),
  "Content-Length : 5",
  "Transfer-Encoding : chunked",
  "Transfer-Encoding\t: chunked",
  "Transfer-Encoding",
  " Transfer-Encoding: chunked",
  "X: a\r\n Content-Length: 5",
  "X: a\nContent-Length: 5",
  "X: a\rContent-Length: 5",
  "X: a\x00b",
  "X: a\x7fb",
  "X\xe9: a",
  "X(: a",
  ": a",
  "Content_Length: 5",
  `X-Long: ${"a".repeat(3000)}`,
  `${"X".repeat(3000)}: a`,
];

const headers = fc.array(often(LINES, ODD_LINES), { maxLength: 4 });
const lineEnd = often(["\r\n"], ["\n", "\r", "\r\r\n", "\n\r"]);

const chunk = fc
  .tuple(
    often(["5", "05", "0000005"], ["4", "6", "+5", "-5", "0x5", "5_", "_5", " 5", "5 ", "10000000000000005", "", "g"]),
    often(
      ["", "", "", ";a", ";a=b", ';a="b;\\"c"'],
      [" ;a", ";", "; a", ";a=", ";a\n", ";a\r", ';a="b', `;${"a".repeat(300)}`, ";a=b\x00"],
    ),
    lineEnd,
    fc.constantFrom("hello", "0\r\n\r\n"),
    lineEnd,
  )
  .map((pieces) => pieces.join(""));
const chunkedBody = fc
  .tuple(
    fc.array(chunk, { maxLength: 3 }),
    often(["0", "0", "00", "0;a"], ["", "0 ", "-0"]),
    lineEnd,
    often(
      ["", "X-Sum: 1\r\n"],
      ["X : 1\r\n", " X: 1\r\n", "X: 1\n", "X\r\n", "Content-Length: 5\r\n", "Transfer-Encoding: chunked\r\n"],
    ),
    lineEnd,
  )
  .map(([chunks, ...end]) => chunks.join("") + end.join(""));

/** One message: more or less as it should be. */
const message = fc
  .record({
    before: often([""], ["\r\n", "\n", "\r\n\r\n", " "]),
    requestLine,
    headers,
    ends: fc.array(lineEnd, { minLength: 6, maxLength: 6 }),
    framing: fc.constantFrom("none", "length", "chunked", "odd"),
    chunkedBody,
  })
  .map(({ before, requestLine, headers, ends, framing, chunkedBody }) => {
    const own =
      framing === "length" ? ["Content-Length: 5"] : framing === "chunked" ? ["Transfer-Encoding: chunked"] : [];
    const free = framing === "odd" ? headers : headers.filter((line) => !/^\s*(content|transfer)/i.test(line));
    const lines = [requestLine, ...own, ...free, ""].map((line, index) => line + ends[index % ends.length]);
    const body = framing === "chunked" || framing === "odd" ? chunkedBody : framing === "length" ? "hello" : "";
    return before + lines.join("") + body;
  });

/** A byte put in, taken out or changed anywhere. */
const slip = fc.tuple(
  fc.constantFrom("insert", "remove", "replace"),
  fc.nat(),
  fc.constantFrom("\r", "\n", "\x00", " ", "\t", ":", "\x80", "\x7f", "0", ",", ";", "\x0b", "\x85", "\xa0"),
);
/** Messages in latin1, most of them nearly right: how they are framed is what two readers could see differently. */
export const messages = fc.tuple(message, fc.array(slip, { maxLength: 1 })).map(([text, slips]) => {
  let out = text;
  for (const [kind, at, char] of slips) {
    const place = at % (out.length + 1);
    out = out.slice(0, place) + (kind === "remove" ? "" : char) + out.slice(place + (kind === "insert" ? 0 : 1));
  }
  return out;
});
