import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { MapPin } from "lucide-react";
import { Badge } from "../design/badge.tsx";
import { Disclosure } from "../design/disclosure.tsx";
import { Value } from "../design/value.tsx";
import type { Addresses } from "./addresses.ts";

/** So many stand there at once: the most convenient come first, and a machine with containers has a dozen. */
const SHOWN = 4;

const KINDS: Record<string, MessageDescriptor> = {
  host: msg`The machine's name, where the network knows it`,
  mdns: msg`The machine's name, known in most home networks without any setup`,
  address: msg`The machine's address, which your router may change one day`,
  configured: msg`A name from the gateway's settings`,
};

/** The names by which others reach the dashboard, each to copy, and whether the certificate carries it. */
export function AddressList({ addresses }: { addresses: Addresses }) {
  const { names, plainHttp } = addresses;
  if (names.length === 0) {
    return (
      <p className="text-muted">
        <Trans>The gateway found no name or address by which other machines reach it.</Trans>
      </p>
    );
  }
  const [first, more] = [names.slice(0, SHOWN), names.slice(SHOWN)];
  return (
    <div className="space-y-3">
      <Names names={first} plainHttp={plainHttp} />
      {more.length > 0 && (
        <Disclosure title={<Trans>More addresses</Trans>} hint={more.length}>
          <Names names={more} plainHttp={plainHttp} />
        </Disclosure>
      )}
    </div>
  );
}

function Names({ names, plainHttp }: Pick<Addresses, "names" | "plainHttp">) {
  const { t, i18n } = useLingui();
  return (
    <ul className="divide-y divide-line">
      {names.map(({ name, kind, covered, url }) => (
        <li key={name} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2.5 first:pt-0 last:pb-0">
          <div className="min-w-0 flex-[1_1_16rem]">
            <Value what={t`address`}>{url}</Value>
            <p className="text-sm text-muted">{i18n._(KINDS[kind] ?? msg`Another name`)}</p>
          </div>
          <div className="flex flex-wrap gap-1.5">
            {url === location.origin && (
              <Badge tone="info" icon={<MapPin aria-hidden />}>
                <Trans>You are here</Trans>
              </Badge>
            )}
            {!plainHttp &&
              (covered ? (
                <Badge tone="good">
                  <Trans>In the certificate</Trans>
                </Badge>
              ) : (
                <Badge tone="warn">
                  <Trans>Not in the certificate</Trans>
                </Badge>
              ))}
          </div>
        </li>
      ))}
    </ul>
  );
}
