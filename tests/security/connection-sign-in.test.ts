// Apps that sign in a connection instead of a request (NTLM, Negotiate) never see another request on it: whoever came next
// would be taken for who signed in (RFC 4559, section 6; CWE-287, CWE-488).
import { expect, test } from "vitest";
import { startGateway } from "../harness/gateway.ts";
import { plainAnswer, startRawApp } from "../harness/raw-app.ts";

test("a connection on which somebody signed in serves nobody else", async () => {
  const signedIn = new Set<number>();
  const [gateway, app] = await Promise.all([
    startGateway(),
    startRawApp((socket, request, connection) => {
      if (/^authorization: (ntlm|negotiate) /im.test(request)) signedIn.add(connection);
      socket.write(plainAnswer(signedIn.has(connection) ? "you are anna" : "who are you?"));
    }),
  ]);
  await gateway.addRoute("app", app.url, { publicAccess: true, skipHealthCheck: true });
  const ask = async (headers: Record<string, string> = {}) =>
    (await gateway.apps("GET", "/apps/app/", { headers })).text;
  for (const authorization of ["NTLM TlRMTVNTUAADAAAA", "Negotiate YIIZ", "negotiate YIIZ"]) {
    expect(await ask({ authorization })).toBe("you are anna");
    expect(await ask()).toBe("who are you?");
  }
  // Others share one connection as before.
  const before = app.sockets.length;
  await ask({ authorization: "Basic YTpi" });
  await ask();
  expect(app.sockets).toHaveLength(before);
});
