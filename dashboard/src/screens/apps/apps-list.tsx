import { Trans, useLingui } from "@lingui/react/macro";
import { useMemo, useState } from "react";
import { Button } from "../../design/button.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { Select } from "../../design/select.tsx";
import { Empty } from "../../design/states.tsx";
import { Table, type TableColumn } from "../../design/table.tsx";
import { catchFocus } from "../../shell/catch-focus.ts";
import { useAddressState } from "../../shell/use-address-state.ts";
import { AccessCell, AddressCell, AppCell } from "./apps-cells.tsx";
import { type AppRow, countStates, filterRows, type RowState, readState, STATES } from "./apps-model.ts";
import { readOrder, writeOrder } from "./apps-order.ts";
import { BulkBar, BulkProgress, BulkRefusals } from "./bulk-bar.tsx";
import { RowMenu } from "./row-menu.tsx";
import { StateCell } from "./state-cell.tsx";
import { STATE_NAMES } from "./state-words.ts";
import { useBulk } from "./use-bulk.tsx";
import { useRowActions } from "./use-row-actions.tsx";

const NONE: ReadonlySet<string> = new Set();

/** The routes and apps with what can be done with them. */
export function AppsList({ rows, onTest }: { rows: readonly AppRow[]; onTest(routeId: string): void }) {
  const { t } = useLingui();
  const [words, setWords] = useAddressState("q");
  const [stateText, setState] = useAddressState("state");
  const [order, setOrder] = useAddressState("sort");
  const [selected, setSelected] = useState(NONE);
  const bulk = useBulk(rows);
  const state = readState(stateText);
  const shown = useMemo(() => filterRows(rows, words, state), [rows, words, state]);
  // What the filter hides is not changed, though it was ticked before.
  const chosen = useMemo(() => shown.filter(({ id }) => selected.has(id)), [shown, selected]);
  const columns = useColumns(rows, onTest);

  /** The buttons that were pressed go with the last tick. */
  function select(next: ReadonlySet<string>): void {
    setSelected(next);
    catchFocus();
  }

  return (
    <>
      <div className="mb-3">
        {bulk.progress && <BulkProgress {...bulk.progress} onStop={bulk.stop} />}
        {!bulk.progress && chosen.length > 0 && (
          <BulkBar
            chosen={chosen}
            onClear={() => select(NONE)}
            onRun={async (action) => select(new Set(await bulk.run(action, chosen)))}
          />
        )}
        {!bulk.progress && chosen.length === 0 && (
          <Filters rows={rows} count={shown.length} words={words} onWords={setWords} state={state} onState={setState} />
        )}
      </div>
      {bulk.refusal && (
        <div className="mb-3">
          <BulkRefusals refusal={bulk.refusal} onDismiss={bulk.dismiss} />
        </div>
      )}
      <div className="rounded-lg border border-line bg-surface">
        <Table
          label={t`Apps and routes`}
          rows={shown}
          columns={columns}
          rowId={({ id }) => id}
          sort={readOrder(order)}
          onSort={(next) => setOrder(writeOrder(next))}
          selection={{ selected, onChange: setSelected, rowName }}
          empty={
            <Empty
              title={t`Nothing matches`}
              action={
                <Button
                  onClick={() => {
                    setWords("");
                    setState("");
                  }}
                >
                  <Trans>Show everything</Trans>
                </Button>
              }
            >
              <Trans>The search looks at names, groups, tags, paths, addresses and scopes.</Trans>
            </Empty>
          }
        />
      </div>
    </>
  );
}

function rowName({ app, route }: AppRow): string {
  return route ? `${app.name} ${route.pathBase}` : app.name;
}

function useColumns(rows: readonly AppRow[], onTest: (routeId: string) => void): readonly TableColumn<AppRow>[] {
  const { t } = useLingui();
  const { actions, busy } = useRowActions();
  return useMemo<readonly TableColumn<AppRow>[]>(
    () => [
      {
        id: "app",
        header: t`App`,
        // The routes of an app stay together.
        sort: ({ app, route }) => `${app.name} ${app.id} ${route?.pathBase ?? ""}`,
        cell: (row) => <AppCell row={row} />,
      },
      {
        id: "address",
        header: t`Address`,
        isPlain: true,
        width: "26%",
        sort: ({ route }) => route?.pathBase,
        cell: (row) => <AddressCell row={row} />,
      },
      {
        id: "access",
        header: t`Access`,
        isPlain: true,
        width: "15%",
        sort: ({ route }) => route && (route.publicAccess ? 0 : 1),
        cell: (row) => <AccessCell row={row} />,
      },
      {
        id: "state",
        header: t`State`,
        isPlain: true,
        width: "23%",
        sort: ({ state }) => STATES.indexOf(state),
        cell: (row) => <StateCell row={row} isBusy={busy.has(row.id)} />,
      },
      {
        id: "actions",
        header: t`Actions`,
        look: "actions",
        width: "3.5rem",
        cell: (row) => (
          <RowMenu
            row={row}
            onToggle={() => actions.toggle(row)}
            onTest={() => row.route && onTest(row.route.routeId)}
            onEmptyCache={() => actions.emptyCache(row)}
            onDelete={() => actions.remove(row, rows)}
          />
        ),
      },
    ],
    [t, rows, busy, actions, onTest],
  );
}

type FiltersProps = {
  rows: readonly AppRow[];
  /** How many of them are shown. */
  count: number;
  words: string;
  onWords(words: string): void;
  state: RowState | "";
  onState(state: RowState | ""): void;
};

function Filters({ rows, count, words, onWords, state, onState }: FiltersProps) {
  const { t, i18n } = useLingui();
  const counts = useMemo(() => countStates(rows), [rows]);
  const total = rows.length;
  const options = STATES.filter((one) => counts.has(one) || one === state).map((value) => {
    const name = i18n._(STATE_NAMES[value]);
    const many = counts.get(value) ?? 0;
    return { value, label: t`${name} (${many})` };
  });
  const isFiltered = words.trim() !== "" || state !== "";
  return (
    <div className="flex items-center gap-3">
      <div className="min-w-0 flex-1 sm:max-w-xs">
        <SearchInput label={t`Find a route`} value={words} onChange={onWords} />
      </div>
      <div className="w-36 min-w-0 sm:w-56">
        <Select
          aria-label={t`State`}
          value={state}
          onChange={onState}
          options={[{ value: "", label: t`All states` }, ...options]}
        />
      </div>
      <p role="status" className="ml-auto text-sm text-muted max-sm:sr-only">
        {isFiltered && (
          <Trans>
            {count} of {total}
          </Trans>
        )}
      </p>
    </div>
  );
}
