import { Pencil } from "lucide-react";
import { useState } from "react";
import { AppIcon } from "../../design/app-icon.tsx";
import { Badge } from "../../design/badge.tsx";
import { IconButton } from "../../design/icon-button.tsx";
import { Panel } from "../../design/panel.tsx";
import { SearchInput } from "../../design/search-input.tsx";
import { Empty } from "../../design/states.tsx";
import { StatusDot } from "../../design/status-dot.tsx";
import { Table } from "../../design/table.tsx";
import type { TableColumn } from "../../design/table-column.ts";

type Route = { id: string; name: string; path: string; requests: number | undefined; up: boolean };

const names = ["Grafana", "Immich", "Jellyfin", "Nextcloud", "Paperless", "Vaultwarden", "Gitea", "Home Assistant"];

const routes: Route[] = Array.from({ length: 300 }, (_, index) => {
  const name = `${names[index % names.length]} ${Math.floor(index / names.length) + 1}`;
  const id = name.toLowerCase().replaceAll(" ", "-");
  return {
    id,
    name,
    path: `/apps/${id}/`,
    requests: index % 7 === 0 ? undefined : (index * 7919) % 5000,
    up: index % 5 > 0,
  };
});

const columns: TableColumn<Route>[] = [
  {
    id: "name",
    header: "App",
    look: "wide",
    sort: ({ name }) => name,
    text: ({ name }) => name,
    cell: ({ id, name }) => (
      <span className="flex items-center gap-3 font-medium">
        <AppIcon id={id} name={name} size="small" />
        {name}
      </span>
    ),
  },
  {
    id: "path",
    header: "Address",
    text: ({ path }) => path,
    cell: ({ path }) => <span className="font-mono text-sm break-all">{path}</span>,
  },
  {
    id: "state",
    header: "State",
    width: "9rem",
    sort: ({ up }) => (up ? 1 : 0),
    cell: ({ up }) => (up ? <StatusDot tone="good">Up</StatusDot> : <StatusDot tone="bad">Down</StatusDot>),
  },
  {
    id: "requests",
    header: "Requests",
    look: "end",
    width: "8rem",
    sort: ({ requests }) => requests,
    cell: ({ requests }) => requests ?? <span className="text-muted">None</span>,
  },
  {
    id: "actions",
    header: "Actions",
    look: "actions",
    width: "4rem",
    cell: ({ name }) => <IconButton size="small" label={`Edit ${name}`} icon={<Pencil />} />,
  },
];

/** A long table and a short one. */
export function TableSection() {
  const [words, setWords] = useState("");
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set(["immich-1"]));
  return (
    <>
      <Panel flush title="Short table">
        <Table
          label="Three routes"
          rows={routes.slice(0, 3)}
          columns={columns}
          rowId={({ id }) => id}
          empty={<Empty title="No routes" />}
        />
      </Panel>
      <Panel
        flush
        title="Long table"
        description={`${routes.length} rows, ${selected.size} selected`}
        actions={
          <>
            {selected.size > 0 && <Badge tone="info">{selected.size} selected</Badge>}
            <SearchInput label="Filter routes" value={words} onChange={setWords} />
          </>
        }
      >
        <Table
          label="Routes"
          rows={routes}
          columns={columns}
          rowId={({ id }) => id}
          filter={words}
          sort={{ column: "name" }}
          selection={{ selected, onChange: setSelected, rowName: ({ name }) => name }}
          empty={<Empty title="No route matches">Look for another word.</Empty>}
        />
      </Panel>
    </>
  );
}
