import { Trans, useLingui } from "@lingui/react/macro";
import type { auth } from "@nekzus/contract";
import type { Data } from "../../api/endpoint.ts";
import { me } from "../../api/endpoints.gen.ts";
import { useRead } from "../../api/use-read.ts";
import { DataList } from "../../design/data-list.tsx";
import { Panel } from "../../design/panel.tsx";
import { Loading } from "../../design/states.tsx";
import { TimeAhead } from "../../design/time-ago.tsx";
import { Reading } from "../../shell/reading.tsx";
import { date } from "../../text/format.ts";

/** Who is signed in here. */
export function PersonPanel() {
  const { t } = useLingui();
  return (
    <Panel title={t`You`}>
      <Reading read={useRead(me)} loading={<Loading shape="text" count={3} />}>
        {(data) => <Facts data={data} />}
      </Reading>
    </Panel>
  );
}

function Facts({ data: { user, sessionExpiresAt } }: { data: Data<typeof auth.me> }) {
  const items = [
    { label: <Trans>User name</Trans>, value: <span className="font-medium">{user.username}</span> },
    {
      label: <Trans>Role</Trans>,
      value:
        user.role === "admin" ? (
          <Trans>Administrator: may change everything</Trans>
        ) : (
          <Trans>Member: opens the apps that were granted</Trans>
        ),
    },
    { label: <Trans>Account since</Trans>, value: date(user.createdAt) },
    ...(sessionExpiresAt
      ? [{ label: <Trans>This sign-in ends</Trans>, value: <TimeAhead at={sessionExpiresAt} /> }]
      : []),
  ];
  return <DataList items={items} />;
}
