import { connectionTest as contract } from "@nekzus/contract";
import { Problem } from "../../kit/problem.ts";
import type { ConnectionReport, ConnectionTest } from "./connection-test.ts";

/**
 * What the command line does to routes: the same whether the gateway runs (control socket) or not. `appsUrl` is the
 * apps' public address for someone who came by no request.
 */
export function routeCommands(connectionTest: ConnectionTest, appsUrl: () => string) {
  return {
    async "route.test"(input: Record<string, unknown>): Promise<ConnectionReport> {
      const question = contract.routeTest.body.safeParse(input);
      if (!question.success) {
        const [issue] = question.error.issues;
        throw new Problem("VALIDATION_FAILED", `${issue?.path.join(".")}: ${issue?.message}`);
      }
      return connectionTest.test(question.data, {
        id: "command-line",
        // Whoever may start the gateway may read its files.
        scopes: ["access:admin"],
        address: "127.0.0.1",
        appsUrl: appsUrl(),
      });
    },
  };
}
