import { describe, expect, it } from "vitest";
import { intoPrefix, type PrefixRule } from "./prefix-rule.ts";

const rule: PrefixRule = {
  prefix: "/apps/t/",
  exclude: ["/oauth2/"],
  origins: ["https://nas.local:8444", "http://upstream:3000"],
};

describe("intoPrefix", () => {
  it.each([
    ["/", "/apps/t/"],
    ["/x?a=1&b=2#f", "/apps/t/x?a=1&b=2#f"],
    ["/api/v1/x", "/apps/t/api/v1/x"],
    ["/apps/t-other/a", "/apps/t/apps/t-other/a"],
    ["/apps/tea", "/apps/t/apps/tea"],
    [" \n/x", " \n/apps/t/x"],
    ["https://nas.local:8444/x", "https://nas.local:8444/apps/t/x"],
    ["HTTPS://NAS.local:8444", "HTTPS://NAS.local:8444/apps/t/"],
    ["https://nas.local:8444?a", "https://nas.local:8444/apps/t/?a"],
    ["wss://nas.local:8444/ws", "wss://nas.local:8444/apps/t/ws"],
    ["//nas.local:8444/x", "//nas.local:8444/apps/t/x"],
    ["http://upstream:3000/login", "http://upstream:3000/apps/t/login"],
  ])("puts %j into the prefix", (address, expected) => expect(intoPrefix(rule, address)).toBe(expected));

  it.each([
    [""],
    ["x/y"],
    ["./x"],
    ["?a"],
    ["#f"],
    ["/apps/t/"],
    ["/apps/t/x"],
    ["/apps/t"],
    ["/apps/t?a"],
    ["/oauth2/start"],
    ["/apps/.nekzus/prefix.js"],
    ["//elsewhere/x"],
    ["/\\elsewhere/x"],
    ["https://nas.local/x"],
    ["ws://nas.local:8444/ws"],
    ["https://nas.local:8444.evil/x"],
    ["https://nas.local:8444@evil/x"],
    ["data:text/plain,/x"],
    ["javascript:go('/x')"],
  ])("leaves %j as it is", (address) => expect(intoPrefix(rule, address)).toBe(address));

  it("works by its text alone, as pages get it", () => {
    const alone = new Function(`return ${intoPrefix}`)() as typeof intoPrefix;
    expect(alone(rule, "/x")).toBe("/apps/t/x");
  });
});
