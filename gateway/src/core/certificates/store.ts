import { z } from "zod";
import type { Storage } from "../storage/storage.ts";

const LocalMaterial = z.object({
  authority: z.string(),
  authorityKey: z.string(),
  server: z.string(),
  serverKey: z.string(),
});

/** The local authority and the certificate it signed, with their private keys, all in PEM. */
export type LocalMaterial = z.output<typeof LocalMaterial>;

/** All parts are one sealed value, so that they can only come and go together. */
const NAME = "certificates.local";

/** Where the local authority is kept, sealed. */
export function createCertificateStore(storage: Storage) {
  return {
    /** What is kept, or undefined before the first start. Throws when it was damaged or sealed with another key. */
    async read(): Promise<LocalMaterial | undefined> {
      const row = await storage.db.selectFrom("secrets").select("sealed").where("name", "=", NAME).executeTakeFirst();
      return row && LocalMaterial.parse(JSON.parse(storage.unseal(row.sealed)));
    },

    /** Keeps the first material. What another gateway on the same database kept a moment before stays. */
    async keepFirst(material: LocalMaterial, now: number): Promise<void> {
      const sealed = storage.seal(JSON.stringify(material));
      await storage.write((tx) =>
        tx
          .insertInto("secrets")
          .values({ name: NAME, sealed, created_at: now })
          .onConflict((conflict) => conflict.column("name").doNothing())
          .execute(),
      );
    },

    /** Keeps the same keys with other certificates. */
    async replace(material: LocalMaterial): Promise<void> {
      const sealed = storage.seal(JSON.stringify(material));
      await storage.write((tx) => tx.updateTable("secrets").set({ sealed }).where("name", "=", NAME).execute());
    },
  };
}

export type CertificateStore = ReturnType<typeof createCertificateStore>;
