import { plural } from "@lingui/core/macro";
import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useRef, useState } from "react";
import { asFailure } from "../../api/failure.ts";
import { useConfirm } from "../../design/confirm.tsx";
import { useToasts } from "../../design/toast.tsx";
import { deleteRow, readAnew, restoreDeletions, switchRoute } from "./apps-changes.ts";
import { type AppRow, appsThatGo } from "./apps-model.ts";
import { type Outcome, oneByOne } from "./one-by-one.ts";
import { Refusal } from "./refusal.tsx";

/** What is done to several rows at once. */
export type BulkAction = "enable" | "disable" | "delete";

/** What was not done of it, row by row. */
export type BulkRefusal = { action: BulkAction; done: number; refused: Outcome<AppRow, unknown>[] };

/** The rows that an action changes: what is switched on already is not switched on again. */
export function concerned(action: BulkAction, rows: readonly AppRow[]): AppRow[] {
  if (action === "delete") return [...rows];
  return rows.filter(({ route }) => route !== undefined && route.enabled === (action === "disable"));
}

/** Several rows at once, one after the other. What was refused stays listed until it is dismissed. */
export function useBulk(all: readonly AppRow[]) {
  const { say } = useToasts();
  const ask = useBulkQuestion();
  const [progress, setProgress] = useState<{ action: BulkAction; done: number; of: number }>();
  const [refusal, setRefusal] = useState<BulkRefusal>();
  const stopping = useRef(new AbortController());

  /** Answers the ids of the rows that were refused or not begun, all of them when the person thought better of it. */
  async function run(action: BulkAction, chosen: readonly AppRow[]): Promise<readonly string[]> {
    const rows = concerned(action, chosen);
    if (action === "delete" && !(await ask(rows, all))) return chosen.map(({ id }) => id);
    stopping.current = new AbortController();
    setRefusal(undefined);
    setProgress({ action, done: 0, of: rows.length });
    const outcomes = await oneByOne(
      rows,
      (row) => change(action, row),
      (done) => setProgress({ action, done, of: rows.length }),
      stopping.current.signal,
    );
    await readAnew();
    setProgress(undefined);
    const refused = outcomes.filter(({ failure }) => failure);
    const done = outcomes.length - refused.length;
    if (refused.length > 0) setRefusal({ action, done, refused });
    const deletionIds = outcomes.map(({ result }) => result).filter((id) => id !== undefined);
    if (done > 0) {
      const text = <Done action={action} count={done} />;
      say({ text, ...(deletionIds.length > 0 && { undo: () => restore(deletionIds) }) });
    }
    const rest = rows.slice(outcomes.length).map(({ id }) => id);
    return [...refused.map(({ item }) => item.id), ...rest];
  }

  async function restore(deletionIds: readonly string[]): Promise<void> {
    try {
      await restoreDeletions(deletionIds);
      say({ text: <Trans>All of them are back</Trans> });
    } catch (error) {
      const what = (
        <Trans>Not all of them could be brought back. What is missing waits under “Recently deleted”.</Trans>
      );
      say({ tone: "bad", text: <Refusal what={what} failure={asFailure(error)} /> });
    }
  }

  return {
    run,
    progress,
    /** Begins no further row. */
    stop: () => stopping.current.abort(),
    refusal,
    dismiss: () => setRefusal(undefined),
  };
}

/** Answers the id of the deletion, if it was one. */
async function change(action: BulkAction, row: AppRow): Promise<string | undefined> {
  if (action === "delete") return deleteRow(row);
  if (row.route) await switchRoute(row.route, action === "enable");
  return undefined;
}

function Done({ action, count }: { action: BulkAction; count: number }) {
  if (action === "enable") return <Plural value={count} one="# route is enabled" other="# routes are enabled" />;
  if (action === "disable") return <Plural value={count} one="# route is disabled" other="# routes are disabled" />;
  return <Plural value={count} one="# entry was deleted" other="# entries were deleted" />;
}

/** How many names a question lists. */
const NAMED = 5;

/** Asks before several rows are deleted. */
function useBulkQuestion(): (rows: readonly AppRow[], all: readonly AppRow[]) => Promise<boolean> {
  const { t } = useLingui();
  const confirm = useConfirm();
  return async (rows, all) => {
    const count = rows.length;
    const served = rows.filter(({ route }) => route?.enabled).length;
    const going = appsThatGo(all, rows);
    const names = going
      .slice(0, NAMED)
      .map(({ name }) => name)
      .join(", ");
    const more = going.length - NAMED;
    const action = plural(count, { one: "Delete # entry", other: "Delete # entries" });
    return confirm({
      title: <Plural value={count} one="Delete # entry?" other="Delete # entries?" />,
      text: t`You can undo this for ten seconds, and for 30 days under “Recently deleted”.`,
      consequences: [
        served > 0 && (
          <Plural
            key="served"
            value={served}
            one="# address stops working for everybody, at once."
            other="# addresses stop working for everybody, at once."
          />
        ),
        going.length > 0 && (
          <span key="apps" className="break-words">
            {more > 0 ? (
              <Trans>
                These apps disappear from everybody's Home: {names}, and {more} more.
              </Trans>
            ) : (
              <Trans>These apps disappear from everybody's Home: {names}.</Trans>
            )}
          </span>
        ),
      ].filter((point) => point !== false),
      action,
      danger: true,
    });
  };
}
