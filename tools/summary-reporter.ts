import type { Reporter, TestModule } from "vitest/node";

/**
 * Adds a last line for people and programs in a hurry: `N passed, N failed, N skipped`. A file that cannot be
 * loaded, and an error outside any test, each count as one failure, so that the line never looks better than the run.
 * A test that passed only at another try is named, since it has a fault that is waiting to be found.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const count = { passed: 0, failed: errors.length, skipped: 0 };
    for (const module of modules) {
      let failedInside = false;
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (test.diagnostic()?.flaky)
          console.log(`passed only at another try: ${module.relativeModuleId} > ${test.fullName}`);
        if (state === "passed") count.passed++;
        else if (state === "failed") count.failed++;
        else count.skipped++;
        failedInside ||= state === "failed";
      }
      if (module.state() === "failed" && !failedInside) count.failed++;
    }
    console.log(`\n${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`);
  }
}
