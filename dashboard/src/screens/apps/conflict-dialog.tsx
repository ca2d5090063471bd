import { Trans, useLingui } from "@lingui/react/macro";
import { Button } from "../../design/button.tsx";
import { Dialog } from "../../design/dialog.tsx";
import type { EditBase } from "./edit-base.ts";
import { LABELS } from "./route-labels.ts";
import { changedFields, ROUTE_FIELDS, type RouteField, type RouteValues } from "./route-values.ts";
import { ValueWords } from "./value-words.tsx";

/** Somebody else changed the route or the app while it was edited: both changes side by side, and a choice. */
export function ConflictDialog({
  base,
  mine,
  theirs,
  onMine,
  onTheirs,
  onClose,
}: {
  base: EditBase;
  mine: RouteValues;
  theirs: EditBase;
  onMine(): void;
  onTheirs(): void;
  onClose(): void;
}) {
  const { i18n } = useLingui();
  const byMe = changedFields(base.values, mine);
  const byThem = changedFields(base.values, theirs.values);
  const touched = ROUTE_FIELDS.filter((field) => byMe.includes(field) || byThem.includes(field));

  return (
    <Dialog
      open
      size="large"
      onClose={onClose}
      title={<Trans>Somebody else changed this meanwhile</Trans>}
      description={
        byThem.some((field) => byMe.includes(field)) ? (
          <Trans>You changed the same entries. Your changes below are not saved yet.</Trans>
        ) : (
          <Trans>They changed other entries than you. Your changes below are not saved yet.</Trans>
        )
      }
      footer={
        <>
          <Button data-safe onClick={onClose}>
            <Trans>Go on editing</Trans>
          </Button>
          <Button onClick={onTheirs}>
            <Trans>Take theirs</Trans>
          </Button>
          <Button rank="primary" onClick={onMine}>
            <Trans>Keep mine and save</Trans>
          </Button>
        </>
      }
    >
      <table className="w-full table-fixed text-sm max-sm:block">
        <thead className="text-left text-muted max-sm:sr-only">
          <tr>
            <th scope="col" className="py-2 pr-3 font-medium">
              <Trans>Entry</Trans>
            </th>
            <th scope="col" className="px-3 py-2 font-medium">
              <Trans>Theirs</Trans>
            </th>
            <th scope="col" className="py-2 pl-3 font-medium">
              <Trans>Yours</Trans>
            </th>
          </tr>
        </thead>
        <tbody className="max-sm:block">
          {touched.map((field) => (
            <tr key={field} className="border-t border-line align-top max-sm:block max-sm:py-2">
              <th scope="row" className="py-2 pr-3 text-left font-medium max-sm:block max-sm:p-0">
                {i18n._(LABELS[field])}
              </th>
              <td className="px-3 py-2 max-sm:block max-sm:p-0">
                <span aria-hidden className="mr-2 text-muted sm:hidden">
                  <Trans>Theirs</Trans>
                </span>
                <Side value={theirs.values[field]} isChanged={byThem.includes(field)} />
              </td>
              <td className="py-2 pl-3 max-sm:block max-sm:p-0">
                <span aria-hidden className="mr-2 text-muted sm:hidden">
                  <Trans>Yours</Trans>
                </span>
                <Side value={mine[field]} isChanged={byMe.includes(field)} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="mt-3 text-sm text-muted">
        {byThem.length === 0 ? (
          <Trans>What they changed is not part of this form, or they changed it back.</Trans>
        ) : (
          <Trans>Keeping yours leaves everything that you did not change as they made it.</Trans>
        )}
      </p>
    </Dialog>
  );
}

/** What one side made of an entry. */
function Side({ value, isChanged }: { value: RouteValues[RouteField]; isChanged: boolean }) {
  if (isChanged) return <ValueWords value={value} />;
  return (
    <span className="text-muted">
      <Trans>Not changed</Trans>
    </span>
  );
}
