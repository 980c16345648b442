import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import type { Skipped, Tally } from './tally.ts';

/** Where the reporters inside vitest and Playwright write their counts; set by `npm test`. */
export const reportFileVariable = 'MODELWARD_TEST_REPORT';

/** What a reporter hands over. Errors are failures that belong to no test: a file that does not load, a leaked process. */
export interface Report {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
  readonly errors: number;
}

/** Writes the counts where `npm test` reads them; without one the runner was started alone and nothing is written. */
export function writeReport(report: Report): void {
  const file = process.env[reportFileVariable];
  if (file !== undefined && file !== '') writeFileSync(file, JSON.stringify(report));
}

/**
 * The tally of a test runner that has ended. A runner that failed without naming a failure counts as one: it may have
 * crashed before it wrote anything.
 */
export function readReport(file: string, exitCode: number | null): Tally {
  if (!existsSync(file)) return { passed: 0, failed: 1, skipped: [] };
  const report = JSON.parse(readFileSync(file, 'utf8')) as Report;
  const failed = report.failed + report.errors;
  return { passed: report.passed, failed: exitCode !== 0 && failed === 0 ? 1 : failed, skipped: report.skipped };
}
