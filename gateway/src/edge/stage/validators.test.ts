import { expect, test } from "vitest";
import { askForRewriting } from "./ask.ts";
import { markedTag, markOf, tagOf304, tagOfDate, unmarkedTags } from "./validators.ts";

const MARK = markOf("1.0.0", "/apps/a/");
const OTHER = markOf("1.0.1", "/apps/a/");
const DATE = "Wed, 21 Oct 2015 07:28:00 GMT";

test.each(['"abc"', 'W/"abc"', '""', '"a~pb"'])("the app gets its tag %s back, whichever way it was marked", (tag) => {
  for (const recoded of [false, true]) {
    const marked = markedTag(tag, MARK, recoded) as string;
    expect(marked).not.toBe(tag);
    expect(unmarkedTags(`"x", ${marked}`, MARK, "drop")).toEqual({ tags: tag });
    expect(tagOf304(`"x",${marked}`, tag, MARK)).toBe(marked);
    expect(tagOf304(marked, undefined, MARK)).toBe(marked);
    expect(tagOf304(marked, '"new"', MARK)).toBeUndefined();
  }
});

test("bytes that are coded anew each time have a weak tag", () => {
  expect(markedTag('"abc"', MARK, true)).toMatch(/^W\/"abc~w/);
  expect(markedTag('"abc"', MARK, false)).toMatch(/^"abc~p/);
  expect(markedTag("abc", MARK, false)).toBeUndefined();
});

test("a time travels inside of a tag", () => {
  const tag = tagOfDate(DATE, MARK) as string;
  expect(unmarkedTags(tag, MARK, "drop")).toEqual({ tags: "", date: DATE });
  expect(tagOf304(tag, undefined, MARK)).toBe(tag);
  expect(tagOfDate("yesterday", MARK)).toBeUndefined();
});

test("tags of another rewriting, and of none, are not taken for ours", () => {
  const other = markedTag('"abc"', OTHER, false) as string;
  expect(unmarkedTags(`${other}, "abc"`, MARK, "drop")).toEqual({ tags: "" });
  expect(unmarkedTags(`${other}, "abc"`, MARK, "keep")).toEqual({ tags: `${other}, "abc"` });
  expect(tagOf304('"abc"', '"abc"', MARK)).toBeUndefined();
});

const page = { fetchDest: "document", accept: undefined };
const film = { fetchDest: "video", accept: undefined };

test("a page is asked for whole, and only a copy that was rewritten may be fresh", () => {
  const headers = [
    "Range",
    "bytes=5-",
    "If-None-Match",
    '"abc"',
    "If-Modified-Since",
    DATE,
    "Accept-Encoding",
    "br, dcb",
  ];
  expect(askForRewriting(headers, page, MARK)).toEqual(["Accept-Encoding", "br"]);
  expect(askForRewriting(headers, { fetchDest: undefined, accept: "text/html,*/*" }, MARK)).toEqual([
    "Accept-Encoding",
    "br",
  ]);
  const marked = markedTag('"abc"', MARK, true) as string;
  expect(askForRewriting(["If-None-Match", marked, "If-Modified-Since", DATE], page, MARK)).toEqual([
    "If-None-Match",
    '"abc"',
  ]);
  expect(askForRewriting(["If-None-Match", tagOfDate(DATE, MARK) as string], page, MARK)).toEqual([
    "If-Modified-Since",
    DATE,
  ]);
});

test("a film is asked for as the client asks", () => {
  const headers = ["Range", "bytes=5-", "If-Range", '"abc"', "If-Modified-Since", DATE, "If-None-Match", '"x"'];
  expect(askForRewriting(headers, film, MARK)).toEqual([
    "Range",
    "bytes=5-",
    "If-Range",
    '"abc"',
    "If-None-Match",
    '"x"',
  ]);
  expect(askForRewriting(["If-Modified-Since", DATE], film, MARK)).toEqual(["If-Modified-Since", DATE]);
  expect(askForRewriting(["Range", "bytes=5-"], { fetchDest: undefined, accept: "*/*" }, MARK)).toHaveLength(2);
});

test("a download goes on where it was broken off, unless what is there was rewritten", () => {
  expect(askForRewriting(["Range", "bytes=5-", "If-Range", '"abc"'], page, MARK)).toHaveLength(4);
  const marked = markedTag('"abc"', MARK, false) as string;
  expect(askForRewriting(["Range", "bytes=5-", "If-Range", marked], film, MARK)).toEqual([]);
});

test("a change is made to the version that the client saw", () => {
  const weak = markedTag('"abc"', MARK, true) as string;
  expect(askForRewriting(["If-Match", `${weak}, "x"`], film, MARK)).toEqual(["If-Match", '"abc", "x"']);
  expect(askForRewriting(["If-Match", tagOfDate(DATE, MARK) as string], film, MARK)).toEqual([
    "If-Unmodified-Since",
    DATE,
  ]);
  expect(askForRewriting(["If-Match", "*"], page, MARK)).toEqual(["If-Match", "*"]);
});
