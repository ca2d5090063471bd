import { Dialog } from "@base-ui/react/dialog";
import { Trans, useLingui } from "@lingui/react/macro";
import { Search } from "lucide-react";
import { type KeyboardEvent, useEffect, useId, useRef, useState } from "react";
import { UnreadNote } from "../unread-note.tsx";
import { type Entry, findEntries } from "./entries.ts";
import { useEntries } from "./use-entries.tsx";

/** Finds apps, screens and things to do: type, choose with the arrows, Enter. */
export function Palette({ onClose }: { onClose(): void }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  const list = useId();
  const { entries, isLoading, unread } = useEntries();
  const found = findEntries(entries, text);
  const chosen = found[Math.min(at, found.length - 1)];
  const idOf = (entry: Entry | undefined) => (entry ? `${list}-${found.indexOf(entry)}` : undefined);
  const chosenId = idOf(chosen);

  useEffect(() => {
    if (chosenId) document.getElementById(chosenId)?.scrollIntoView({ block: "nearest" });
  }, [chosenId]);

  function run(entry: Entry): void {
    onClose();
    entry.run();
  }

  function onKey(event: KeyboardEvent): void {
    // Enter and arrows of an input method choose a sign.
    if (event.nativeEvent.isComposing) return;
    const last = Math.max(found.length - 1, 0);
    const now = Math.min(at, last);
    if (event.key === "ArrowDown") setAt(now === last ? 0 : now + 1);
    else if (event.key === "ArrowUp") setAt(now === 0 ? last : now - 1);
    else if (event.key === "Home" && !text) setAt(0);
    else if (event.key === "End" && !text) setAt(last);
    else if (event.key === "Enter" && chosen) run(chosen);
    else return;
    event.preventDefault();
  }

  return (
    <Dialog.Root open onOpenChange={(isOpen) => !isOpen && onClose()}>
      <Dialog.Portal>
        <Dialog.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Dialog.Popup
          initialFocus={input}
          className="fixed inset-x-0 top-0 z-50 mx-auto flex max-h-dvh w-full max-w-xl flex-col bg-raised outline-none sm:top-[12vh] sm:max-h-[70vh] sm:rounded-xl sm:border sm:border-line sm:shadow-lg"
        >
          <Dialog.Title className="sr-only">
            <Trans>Search and commands</Trans>
          </Dialog.Title>
          <div className="flex items-center gap-3 border-b border-line px-4">
            <Search aria-hidden size={18} className="shrink-0 text-muted" />
            <input
              // At once: what is typed right after the key that opens it belongs here.
              ref={(field) => {
                input.current = field;
                field?.focus();
              }}
              type="text"
              role="combobox"
              aria-expanded="true"
              aria-controls={list}
              aria-autocomplete="list"
              aria-activedescendant={chosenId}
              aria-label={t`Search and commands`}
              placeholder={t`Find apps, pages and actions`}
              autoComplete="off"
              spellCheck={false}
              value={text}
              onChange={(event) => {
                setText(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKey}
              className="min-h-13 w-full bg-transparent outline-none placeholder:text-muted"
            />
            <Dialog.Close className="shrink-0 rounded-sm px-1.5 py-1 text-sm whitespace-nowrap text-muted hover:bg-hover pointer-coarse:min-h-11">
              <Trans>Close</Trans>
            </Dialog.Close>
          </div>
          <div id={list} role="listbox" aria-label={t`Matches`} className="min-h-0 flex-1 overflow-y-auto p-2">
            {[...Map.groupBy(found, ({ kind }) => kind)].map(([kind, members]) => (
              // biome-ignore lint/a11y/useSemanticElements: groups within a listbox are not fieldsets.
              <div key={kind} role="group" aria-label={kind}>
                <p aria-hidden className="px-2.5 pt-2 pb-1 text-sm font-medium text-muted">
                  {kind}
                </p>
                {members.map((entry) => (
                  // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are handled by the field that keeps the focus.
                  <div
                    key={entry.id}
                    id={idOf(entry)}
                    role="option"
                    tabIndex={-1}
                    aria-selected={entry === chosen}
                    onClick={() => run(entry)}
                    onPointerMove={() => setAt(found.indexOf(entry))}
                    className="flex min-h-9 cursor-pointer items-center gap-3 rounded-md px-2.5 py-1 aria-selected:bg-accent-soft aria-selected:text-accent-ink pointer-coarse:min-h-11"
                  >
                    <span
                      aria-hidden
                      className="grid size-6 shrink-0 place-items-center text-muted in-aria-selected:text-accent-ink [&>svg]:size-4.5"
                    >
                      {entry.icon}
                    </span>
                    <span className="min-w-0 flex-1 truncate">{entry.name}</span>
                    {entry.place && (
                      <span aria-hidden className="max-w-2/5 truncate text-sm text-muted max-sm:hidden">
                        {entry.place}
                      </span>
                    )}
                  </div>
                ))}
              </div>
            ))}
          </div>
          <p role="status" className="px-4 pb-3 text-sm text-muted empty:hidden">
            {found.length === 0 && (isLoading ? <Trans>Loading</Trans> : <Trans>Nothing matches.</Trans>)}
          </p>
          {unread && (
            <div className="px-4 pb-3">
              <UnreadNote read={unread}>
                <Trans>Not everything could be read.</Trans>
              </UnreadNote>
            </div>
          )}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}
