import { steps, type Step } from './steps.ts';

/** Tells the tests that it is night. How much each then does, and within which time, stands in the test itself. */
const nightlyEnvironment: Readonly<Record<string, string>> = { MODELWARD_NIGHTLY: '1' };

export interface TestOptions {
  readonly chosen: readonly Step[];
  /** What the chosen test runner gets besides. */
  readonly extraArgs: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Reads the arguments of `npm test`: `--only ID[,ID…]` runs these steps, `--nightly` the long versions, and what is left
 * goes to the test runner (`npm run e2e -- --grep import`).
 *
 * @throws Error naming the known steps when `--only` names another one
 */
export function readOptions(args: readonly string[]): TestOptions {
  const extraArgs: string[] = [];
  let only: string[] | undefined;
  let nightly = false;
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? '';
    if (arg === '--only') {
      index += 1;
      only = (args[index] ?? '').split(',');
    } else if (arg === '--nightly') {
      nightly = true;
    } else if (arg !== '--') {
      extraArgs.push(arg);
    }
  }
  const unknown = only?.filter((id) => !steps.some((step) => step.id === id)) ?? [];
  if (unknown.length > 0) throw new Error(`--only knows ${steps.map(({ id }) => id).join(', ')}, not ${unknown.map((id) => `"${id}"`).join(', ')}.`);
  const chosen = steps.filter(({ id, always }) => (only === undefined ? always : only.includes(id)));
  return { chosen, extraArgs, environment: nightly ? nightlyEnvironment : {} };
}
