import { createContext, type ReactNode, useContext } from "react";

/** Who is signed in, as the gateway says. */
export type Person = {
  readonly username: string;
  readonly role: "admin" | "member";
  /** Does the person hold this scope? `write:*` changes the catalog, `access:admin` also who may open what. */
  may(scope: string): boolean;
};

const PersonContext = createContext<Person | undefined>(undefined);

export function PersonProvider({ person, children }: { person: Person; children: ReactNode }) {
  return <PersonContext value={person}>{children}</PersonContext>;
}

/** The signed-in person. Throws outside of a signed-in page. */
export function usePerson(): Person {
  const person = useContext(PersonContext);
  if (!person) throw new Error("usePerson needs a signed-in page");
  return person;
}

/** Does a list of held scopes contain the wanted one? `read:*` contains `read:catalog`; `access:*` is for apps only. */
export function holds(scopes: readonly string[], wanted: string): boolean {
  if (scopes.includes(wanted)) return true;
  if (wanted === "access:admin") return false;
  return scopes.includes(`${wanted.split(":")[0]}:*`);
}
