/** How many spellings are remembered; a stranger may send any. */
const MAX_SPELLINGS = 4096;
/** Longest name that is remembered, in characters: of whole headers full of name the memory would soon be full. */
const MAX_NAME = 64;

/**
 * What `classify` says of a header's name, given in lower case, remembered by the spelling in which names come: the same
 * few come again and again.
 */
export function createNameTable<T extends number | string>(classify: (lower: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    let result = known.get(name);
    if (result === undefined) {
      result = classify(name.toLowerCase());
      if (name.length > MAX_NAME) return result;
      if (known.size >= MAX_SPELLINGS) known.clear();
      known.set(name, result);
    }
    return result;
  };
}
