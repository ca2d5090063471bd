type Close = () => unknown;

const open: Close[] = [];

/** Remembers what must be ended when measuring is over, also after a failure or Ctrl-C. Last in, first out. */
export function whenDone(close: Close): void {
  open.push(close);
}

/** Ends everything that was remembered. One that fails does not keep the others from it. */
export async function closeAll(): Promise<void> {
  for (let close = open.pop(); close; close = open.pop()) {
    try {
      await close();
    } catch (error) {
      console.error(`could not be ended: ${String(error)}`);
    }
  }
}
