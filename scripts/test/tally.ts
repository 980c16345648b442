/** A test or step that did not run, and why. */
export interface Skipped {
  readonly name: string;
  readonly reason: string;
}

/** What came of a step. A step that is not a test runner counts as one test. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly Skipped[];
  /** Sentences to repeat at the end: what mends a failure that no test explains. */
  readonly advice?: readonly string[];
}

export const emptyTally: Tally = { passed: 0, failed: 0, skipped: [] };

/** The sum of all steps. */
export function addTallies(tallies: readonly Tally[]): Tally {
  return {
    passed: tallies.reduce((sum, { passed }) => sum + passed, 0),
    failed: tallies.reduce((sum, { failed }) => sum + failed, 0),
    skipped: tallies.flatMap(({ skipped }) => skipped),
    advice: tallies.flatMap(({ advice }) => advice ?? []),
  };
}

/** The last line of `npm test`, which other programs read. */
export function lastLine({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed${skipped.length > 0 ? `, ${skipped.length} skipped` : ''}`;
}
