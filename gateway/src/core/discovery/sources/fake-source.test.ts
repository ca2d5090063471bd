import { createFakeSource, makeService } from "./fake-source.ts";
import { describeSource } from "./source-conformance.ts";

describeSource("the source of tests", () => {
  const source = createFakeSource();
  const services = new Map<string, ReturnType<typeof makeService>>();
  const show = () => source.see([...services.values()]);
  return {
    source,
    add(name) {
      services.set(name, makeService(name));
      show();
    },
    remove(name) {
      services.delete(name);
      show();
    },
    breakDown() {
      source.broken = true;
    },
    repair() {
      source.broken = false;
    },
    pass: async () => show(),
  };
});
