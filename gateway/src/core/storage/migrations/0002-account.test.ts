import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { systemClock } from "../../../kit/clock.ts";
import { createLogger } from "../../../kit/log.ts";
import { migrate } from "../migrate.ts";
import { openSqlite } from "../sqlite.ts";
import { makeTestFolder } from "../test-storages.ts";
import { firstTables } from "./0001-first-tables.ts";
import { account } from "./0002-account.ts";

test("a browser that was signed in before stays so, known by nothing yet", async () => {
  const { folder, remove } = makeTestFolder();
  const engine = openSqlite(join(folder, "nekzus.db"), createLogger("test", "silent"));
  try {
    await migrate(engine, systemClock, [firstTables]);
    const { writer } = await engine.connect();
    await sql`insert into users values (1, 'anna', 'admin', 'hash', 1, 1, 1, null)`.execute(writer);
    await sql`insert into sessions values ('ses_a', 1, 'cookie', 'proof', 1, 1, 2, 3)`.execute(writer);
    expect(await migrate(engine, systemClock, [firstTables, account])).toEqual({ from: 1, to: 2 });
    const [session] = await writer.selectFrom("sessions").selectAll().execute();
    expect(session).toMatchObject({ id: "ses_a", cookie_hash: "cookie", seen_at: 2, user_agent: "", address: "" });
  } finally {
    await engine.close();
    remove();
  }
});
