import { Trans, useLingui } from "@lingui/react/macro";
import { addressesGet } from "../../api/endpoints.gen.ts";
import { useFailureText } from "../../api/failure-text.ts";
import { useRead } from "../../api/use-read.ts";
import { FailureNote, Loading, Stale } from "../../design/states.tsx";
import { Value } from "../../design/value.tsx";
import { AddressList } from "../../reach/address-list.tsx";
import { AddressWarnings } from "../../reach/address-warnings.tsx";

/** The names by which other devices come here. */
export function AddressesStep() {
  const { t } = useLingui();
  const { data, failure, isLoading, isStale, updatedAt, again } = useRead(addressesGet);
  const failureText = useFailureText(failure);
  return (
    <div className="space-y-4">
      {isLoading && <Loading shape="rows" count={3} />}
      {!data && failureText && <FailureNote failure={failureText} onRetry={again} />}
      {data && (
        <>
          {isStale && <Stale since={updatedAt} onRetry={again} />}
          {data.names.length > 0 && (
            <p className="text-muted">
              <Trans>
                Other devices in your network open the dashboard at any of these addresses. Choose one and keep to it:
                each address has a sign-in of its own.
              </Trans>
            </p>
          )}
          <AddressWarnings addresses={data} />
          <AddressList addresses={data} />
          <p className="text-sm text-muted">
            <Trans>
              Apps open at an address of their own, next to this one: <Value what={t`address`}>{data.appsUrl}</Value>
            </Trans>
          </p>
        </>
      )}
    </div>
  );
}
