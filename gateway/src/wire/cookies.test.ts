import { expect, test } from "vitest";
import { cookieValue, isOurCookie, withoutOurCookies } from "./cookies.ts";

test("our cookies are taken out of a header and all others stay as they were", () => {
  expect(withoutOurCookies("a=1; b=2")).toBe("a=1; b=2");
  expect(withoutOurCookies('a=1; __Host-nekzus-session=x; b="2;"')).toBe('a=1; b="2;"');
  expect(withoutOurCookies("nekzus-apps=x;nekzus-session=y")).toBeUndefined();
  expect(withoutOurCookies(" nekzus-apps =x; nekzus-apps; my-nekzus-apps=1")).toBe("my-nekzus-apps=1");
});

test("a cookie is found by its whole name", () => {
  expect(cookieValue("x-nekzus-apps=1; nekzus-apps=a=b; nekzus-apps=2", "nekzus-apps")).toBe("a=b");
  expect(cookieValue("nekzus-apps", "nekzus-apps")).toBeUndefined();
  expect(cookieValue(undefined, "nekzus-apps")).toBeUndefined();
  expect(isOurCookie("__Host-nekzus-apps")).toBe(true);
  expect(isOurCookie("__host-nekzus-apps")).toBe(false);
});
