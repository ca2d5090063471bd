import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../design/button.tsx";
import { Entrance } from "../shell/entrance.tsx";

/** When the page itself fails: what no panel caught, or a part that could not be loaded before anything was shown. */
export function Broken() {
  const { t } = useLingui();
  return (
    <Entrance
      title={t`The dashboard cannot go on`}
      lead={t`Something in this page failed, or a part of it could not be loaded. Nothing on the gateway was changed by that.`}
    >
      <Button rank="primary" onClick={() => location.reload()} className="w-full">
        <Trans>Load the dashboard anew</Trans>
      </Button>
    </Entrance>
  );
}
