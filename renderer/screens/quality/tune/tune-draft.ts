import type { TuningGoal } from '../../../../main/contract/benchmarks.contract.ts';
import type { FitReport } from '../../../../main/contract/deployments.contract.ts';
import type { Backend } from '../../../../main/contract/system.contract.ts';
import { shellWord } from '../../deployments/deploy/deploy-command.ts';
import type { ChosenVersion } from '../version-picker.tsx';

export const BUDGETS = ['short', 'usual', 'long'] as const;
export type Budget = (typeof BUDGETS)[number];
const MINUTE_MS = 60_000;
export const budgetMs: Record<Budget, number> = { short: MINUTE_MS, usual: 5 * MINUTE_MS, long: 20 * MINUTE_MS };

/** What the person has entered so far; null follows the recommendation. */
export interface TuneDraft {
  version: ChosenVersion | null;
  goal: TuningGoal;
  budget: Budget | null;
  backend: Backend | null;
  contextSize: number | null;
  allowSmallerKv: boolean;
}

export const TUNE_STATE = 'tune/';
export const emptyDraft: TuneDraft = { version: null, goal: 'balanced', budget: null, backend: null, contextSize: null, allowSmallerKv: false };

/** Up to this size a minute is enough for many runs of each setting; above the second one, five are not. */
const SMALL_BYTES = 512 * 1024 ** 2;
const LARGE_BYTES = 12 * 1024 ** 3;

export function recommendedBudget(sizeBytes: number): Budget {
  if (sizeBytes <= SMALL_BYTES) return 'short';
  return sizeBytes > LARGE_BYTES ? 'long' : 'usual';
}

/** Bounds of the contract. */
export const LEAST_CONTEXT = 256;
export const MOST_CONTEXT = 4_194_304;

/** Everything the tuning is started with. */
export interface TuneRequest {
  versionId: string;
  backend: Backend;
  goal: TuningGoal;
  contextSize: number;
  budgetMs: number;
  allowSmallerKv: boolean;
}

export function requestOf(draft: TuneDraft, report: FitReport | undefined): TuneRequest | null {
  if (draft.version === null || report === undefined) return null;
  const { settings } = report.recommended;
  return {
    versionId: draft.version.versionId,
    backend: draft.backend ?? settings.backend,
    goal: draft.goal,
    contextSize: Math.max(LEAST_CONTEXT, draft.contextSize ?? settings.contextSize),
    budgetMs: budgetMs[draft.budget ?? recommendedBudget(draft.version.sizeBytes)],
    allowSmallerKv: draft.allowSmallerKv,
  };
}

/** The same on the command line. */
export function tuneCommand({ modelName, versionNumber }: ChosenVersion, request: TuneRequest): string {
  const words = ['modelward', 'tune', shellWord(`${modelName}@${String(versionNumber)}`), '--goal', request.goal, '--backend', request.backend];
  words.push('--context', String(request.contextSize), '--budget', String(Math.round(request.budgetMs / 1000)));
  if (request.allowSmallerKv) words.push('--smaller-kv');
  return words.join(' ');
}
