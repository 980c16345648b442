import type { Reporter, TestModule } from 'vitest/node';
import { writeReport } from './report-file.ts';
import type { Skipped } from './tally.ts';

const noReason = 'no reason given';

/** Counts for `npm test`, beside vitest's own output: with the reasons of skipped tests, which its JSON leaves out. */
export default class CountingReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = 0;
    let errors = unhandledErrors.length;
    const skipped: Skipped[] = [];
    for (const module of modules) {
      let failedHere = 0;
      for (const test of module.children.allTests()) {
        const result = test.result();
        if (result.state === 'passed') passed += 1;
        else if (result.state === 'failed') failedHere += 1;
        else skipped.push({ name: `${module.relativeModuleId} > ${test.fullName}`, reason: ('note' in result ? result.note : undefined) ?? noReason });
      }
      failed += failedHere;
      // Hooks and files that do not load: their suites fail without a failed test.
      if (failedHere === 0 && !module.ok()) errors += 1;
    }
    writeReport({ passed, failed, skipped, errors });
  }
}
