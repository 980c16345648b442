import type { FullConfig, FullResult, Reporter, Suite } from '@playwright/test/reporter';
import { writeReport } from './report-file.ts';
import type { Skipped } from './tally.ts';

const noReason = 'no reason given';

/** Counts for `npm test`, beside Playwright's own list. */
export default class CountingReporter implements Reporter {
  private suite: Suite | undefined;
  private errors = 0;

  onBegin(_config: FullConfig, suite: Suite): void {
    this.suite = suite;
  }

  onError(): void {
    this.errors += 1;
  }

  onEnd(result: FullResult): void {
    let passed = 0;
    let failed = 0;
    const skipped: Skipped[] = [];
    for (const test of this.suite?.allTests() ?? []) {
      switch (test.outcome()) {
        case 'expected':
        case 'flaky':
          passed += 1;
          break;
        case 'unexpected':
          failed += 1;
          break;
        case 'skipped':
          skipped.push({ name: test.titlePath().filter(Boolean).join(' > '), reason: test.annotations.find(({ type }) => type === 'skip' || type === 'fixme')?.description ?? noReason });
          break;
      }
    }
    const unnamed = result.status !== 'passed' && failed === 0 && this.errors === 0 ? 1 : 0;
    writeReport({ passed, failed, skipped, errors: this.errors + unnamed });
  }

  printsToStdio(): boolean {
    return false;
  }
}
