import { z } from 'zod';
import { trainingRunSchema } from '../contract/training.contract.ts';
import type { TrainingStateNow } from './training-task.ts';

/** What is kept of a run: what is shown, and what its next sitting must know. */
export const runRecordSchema = trainingRunSchema.omit({ resumable: true }).extend({
  /** `finish` makes a version of the best checkpoint without training on. */
  intent: z.enum(['train', 'finish']),
  /** After a divergence the newest weights are worth nothing. */
  resumeFrom: z.enum(['newest', 'best']),
  /** Data set versions by what they were for, with their hashes, as the lineage will tell them. */
  data: z.array(z.object({ datasetVersionId: z.string(), datasetName: z.string(), number: z.number().int(), sha256: z.string(), part: z.enum(['new', 'old']) })),
  /** Bytes of the rows trained on, and the tokens they became: what later estimates stand on. */
  trainBytes: z.number(),
  trainTokens: z.number().nullable(),
  /** Weights that were trained, and the base's all. */
  trainableCount: z.number(),
  parameterCount: z.number(),
  /** Taken off the list; kept because a version tells by it what it was trained on. */
  removed: z.boolean(),
});
export type RunRecord = z.infer<typeof runRecordSchema>;

/** Of a run that does not run now: whether another sitting can begin, from its newest checkpoint or, before the first, from the start. */
export function isResumable({ state, checkpointStep, step, problem }: Pick<RunRecord, 'state' | 'checkpointStep' | 'step' | 'problem'>): boolean {
  if (state === 'paused' || state === 'interrupted') return checkpointStep !== null || step === 0;
  return state === 'failed' && problem?.code !== 'CHECKPOINT_DAMAGED' && (checkpointStep !== null || problem?.code === 'DISK_FULL');
}

/** What a sitting said, put into the record. */
export function withState(record: RunRecord, { state, ...now }: { state: TrainingStateNow; tokensPerSecond: number | null; etaMs: number | null; peakRssBytes: number }): RunRecord {
  const { step, stepCount, activeMs, before, best, bestStep, checkpointStep, stoppedEarly, trainTokens } = state;
  return {
    ...record,
    step,
    stepCount,
    activeMs,
    before,
    best,
    bestStep,
    checkpointStep,
    stoppedEarly,
    trainTokens,
    tokensPerSecond: now.tokensPerSecond ?? record.tokensPerSecond,
    etaMs: now.etaMs,
    peakRssBytes: Math.max(record.peakRssBytes ?? 0, now.peakRssBytes),
  };
}
