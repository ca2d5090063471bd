import { createContext, type ReactNode, Suspense, use, useCallback, useRef, useState } from "react";
import { lazyPart } from "../api/load-part.ts";
import { Guarded } from "./panel.tsx";
import type { Question } from "./question.ts";

const ConfirmContext = createContext<((question: Question) => Promise<boolean>) | undefined>(undefined);

const ConfirmDialog = lazyPart(() => import("./confirm-dialog.tsx").then((part) => part.ConfirmDialog));

/** Returns `confirm(question)`: true when the person chose the action. Enter alone never does. */
export function useConfirm(): (question: Question) => Promise<boolean> {
  const confirm = use(ConfirmContext);
  if (!confirm) throw new Error("useConfirm needs a ConfirmProvider above it");
  return confirm;
}

type Asked = { id: number; question: Question; answer(yes: boolean): void };

/** Shows what `useConfirm` asks, one question after the other; stands once, near the root. */
export function ConfirmProvider({ children }: { children: ReactNode }) {
  const [asked, setAsked] = useState<Asked[]>([]);
  const count = useRef(0);
  const confirm = useCallback(
    (question: Question) =>
      new Promise<boolean>((answer) => {
        count.current += 1;
        const id = count.current;
        setAsked((before) => [...before, { id, question, answer }]);
      }),
    [],
  );
  const [first] = asked;
  return (
    <ConfirmContext value={confirm}>
      {children}
      {first && (
        <Guarded>
          <Suspense>
            <ConfirmDialog
              key={first.id}
              question={first.question}
              onAnswer={first.answer}
              onClosed={() => setAsked((before) => before.filter(({ id }) => id !== first.id))}
            />
          </Suspense>
        </Guarded>
      )}
    </ConfirmContext>
  );
}
