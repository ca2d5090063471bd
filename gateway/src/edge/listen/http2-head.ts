/** What a request of HTTP/2 says of itself before its body. */
export type Http2Head = {
  method: string;
  /** `:path` as it came; empty for CONNECT. */
  target: string;
  /**
   * Names and values by turns: `:authority` first as `host`, then what came, without the other pseudo headers, and the
   * cookies as one.
   */
  headers: string[];
  body: "none" | "length" | "chunked";
  /** Size of the names and values, in bytes, counted as HTTP/1.1 would write them. */
  size: number;
  /** Does it wait for a word before it sends its body? */
  expectsContinue: boolean;
  /** Does the client say that it reads trailers? */
  takesTrailers: boolean;
};

/** What stands around a name and a value in HTTP/1.1, in bytes. */
const AROUND = 4;
const COLON = 0x3a;

/**
 * Reads the header of a request from node's flat array. That names are lower case, pseudo headers come first and once,
 * nothing belongs to a connection, and lengths are true (RFC 9113, section 8) is nghttp2's to check, and it does so
 * before. A Host that contradicts `:authority` is kept beside it, so that the request is refused for having two.
 */
export function readHttp2Head(raw: readonly string[], endsHere: boolean): Http2Head {
  const head: Http2Head = {
    method: "",
    target: "",
    headers: [],
    body: endsHere ? "none" : "chunked",
    size: 0,
    expectsContinue: false,
    takesTrailers: false,
  };
  const { headers } = head;
  let authority: string | undefined;
  /** Where the value of the cookies stands. */
  let cookies = 0;
  for (let i = 0; i < raw.length; i += 2) {
    const name = raw[i] as string;
    const value = raw[i + 1] as string;
    head.size += name.length + value.length + AROUND;
    if (name.charCodeAt(0) === COLON) {
      if (name === ":method") head.method = value;
      else if (name === ":path") head.target = value;
      else if (name === ":authority") {
        authority = value;
        headers.push("host", value);
      }
      continue;
    }
    switch (name) {
      case "host":
        // Names are the same in any case (RFC 9110, section 4.2.3).
        if (value.toLowerCase() === authority?.toLowerCase()) continue;
        break;
      case "content-length":
        if (!endsHere) head.body = Number(value) === 0 ? "none" : "length";
        break;
      case "expect":
        head.expectsContinue = value.toLowerCase() === "100-continue";
        break;
      case "te":
        head.takesTrailers = value === "trailers";
        break;
      case "cookie":
        // They come in crumbs, which must be one header wherever there is no HTTP/2 (RFC 9113, section 8.2.3).
        if (cookies) {
          headers[cookies] += `; ${value}`;
          continue;
        }
        cookies = headers.length + 1;
        break;
    }
    headers.push(name, value);
  }
  return head;
}

/** Headers of a connection, which HTTP/2 has no place for (RFC 9113, section 8.2.2), and the length, which is ours. */
const NOT_PASSED: ReadonlySet<string> = new Set([
  "connection",
  "keep-alive",
  "proxy-connection",
  "transfer-encoding",
  "upgrade",
  "http2-settings",
  "te",
  "content-length",
]);

/** An answer's header as HTTP/2 has it: the status first, names in lower case, nothing of a connection. */
export function answerFields(status: number, headers: readonly string[], length: number | undefined): string[] {
  const fields = [":status", String(status)];
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    if (!NOT_PASSED.has(name)) fields.push(name, headers[i + 1] as string);
  }
  if (length !== undefined) fields.push("content-length", String(length));
  return fields;
}

/** The same as an object, which node wants for answers below 200 and for trailers. */
export function fieldObject(headers: readonly string[]): Record<string, string[]> {
  const fields: Record<string, string[]> = Object.create(null);
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] as string).toLowerCase();
    if (NOT_PASSED.has(name) || name.charCodeAt(0) === COLON) continue;
    const values = fields[name];
    if (values) values.push(headers[i + 1] as string);
    else fields[name] = [headers[i + 1] as string];
  }
  return fields;
}
