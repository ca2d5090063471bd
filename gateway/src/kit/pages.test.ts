import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { cspOf, fill, loadPages } from "./pages.ts";

const pages = loadPages();
const { open, docs, problem } = pages;

test("values are shown as text, wherever they stand", () => {
  const hostile = `"><script>alert('1')</script>&{{code}}`;
  const html = fill(problem, { title: hostile, message: "", hint: "", code: "SECRET", request: "" });
  expect(html).not.toContain("<script");
  expect(html).toContain("<h1>&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;{{code}}</h1>");
  expect(fill(open, { app: `x" onload="y` })).toContain('<body data-app="x&quot; onload=&quot;y">');
  expect(fill(problem, {})).not.toContain("{{");
});

test("the policies let each page do what it needs and no more", () => {
  const style = /<style>(.*?)<\/style>/s.exec(fill(problem, { title: "<style>" }))?.[1] as string;
  const hash = createHash("sha256").update(style).digest("base64");
  expect(cspOf(problem)).toContain(`style-src 'sha256-${hash}'`);
  expect(cspOf(problem)).not.toContain("'self'");
  for (const page of [open, docs]) {
    expect(cspOf(page)).toMatch(/^default-src 'none'; style-src 'self'; script-src 'self'; /);
    expect(cspOf(page)).toContain("frame-ancestors 'none'");
    expect(page.html).not.toMatch(/<style|<script>|\son[a-z]+=|\sstyle=|https?:/);
  }
});

test("everything the pages and their scripts ask for is among the assets", () => {
  const asked = new Set<string>();
  const look = (text: string) => {
    for (const [, name] of text.matchAll(/(?:\/assets\/|from "\.\/)([^"]+)"/g)) {
      if (asked.has(name as string)) continue;
      asked.add(name as string);
      look(String(pages.asset(name as string)?.body ?? ""));
    }
  };
  for (const page of [open, docs]) look(page.html);
  expect(asked).toContain("api.js");
  expect([...asked].filter((name) => !pages.asset(name))).toEqual([]);
  expect(pages.asset("open.js")?.type).toMatch(/^text\/javascript/);
  for (const name of ["open.html", "../package.json", "constructor"]) expect(pages.asset(name)).toBeUndefined();
});
