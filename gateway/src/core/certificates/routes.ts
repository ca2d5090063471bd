import { addresses as contract } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import { type Binding, bind } from "../http/binding.ts";
import type { Certificates } from "./certificates.ts";
import { NO_AUTHORITY } from "./commands.ts";
import { authorityFile } from "./details.ts";

/** Binds the download of the authority's certificate. */
export function certificateRoutes(certificates: Pick<Certificates, "authorityPem">): Binding[] {
  return [
    bind(contract.authorityGet, ({ query }) => {
      const pem = certificates.authorityPem();
      if (!pem) throw new Problem("NOT_FOUND", NO_AUTHORITY);
      const { body, name } = authorityFile(pem, query.format);
      // Phones and browsers offer to trust what comes with this type, in either form.
      const headers = {
        "Content-Type": "application/x-x509-ca-cert",
        "Content-Disposition": `attachment; filename="${name}"`,
      };
      return { body, headers };
    }),
  ];
}
