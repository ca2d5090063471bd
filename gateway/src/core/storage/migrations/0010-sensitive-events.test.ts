import { join } from "node:path";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { systemClock } from "../../../kit/clock.ts";
import { createLogger } from "../../../kit/log.ts";
import { migrate } from "../migrate.ts";
import { openSqlite } from "../sqlite.ts";
import { makeTestFolder } from "../test-storages.ts";
import { MIGRATIONS } from "./all.ts";

test("of what was told before, only what is about apps that are there is open to every device", async () => {
  const { folder, remove } = makeTestFolder();
  const engine = openSqlite(join(folder, "nekzus.db"), createLogger("test", "silent"));
  try {
    await migrate(
      engine,
      systemClock,
      MIGRATIONS.filter(({ number }) => number < 10),
    );
    const { writer } = await engine.connect();
    await sql`insert into apps values ('there', 'There', '', '', '', '[]', '{}', '{}', 'api', 1, 1, 1)`.execute(writer);
    await sql`insert into events (type, data, created_at) values ('app_removed', '{"appId":"gone"}', 1)`.execute(
      writer,
    );
    for (const scope of ["access:there", "access:gone", "read:*"]) {
      await sql`insert into activity (id, type, icon, icon_class, message, details, at, scope, devices)
        values (${scope}, 't', '', '', '', '', 1, ${scope}, '[]')`.execute(writer);
    }
    await migrate(engine, systemClock, MIGRATIONS);
    expect((await writer.selectFrom("events").selectAll().execute()).map(({ sensitive }) => sensitive)).toEqual([1]);
    const entries = await writer.selectFrom("activity").select(["scope", "sensitive"]).orderBy("number").execute();
    expect(entries.map(({ scope, sensitive }) => [scope, sensitive])).toEqual([
      ["access:there", 0],
      ["access:gone", 1],
      ["read:*", 0],
    ]);
  } finally {
    await engine.close();
    remove();
  }
});
