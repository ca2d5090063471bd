// Written by `npm run generate` from the contract. Change contract/src/endpoints instead.
export * from "./first.gen.ts";
export * from "./later.gen.ts";
