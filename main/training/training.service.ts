import type { DatasetVersion } from '../contract/datasets.contract.ts';
import type { TrainingOptions, TrainingOrder, TrainingPlan, TrainingPoint, TrainingRun } from '../contract/training.contract.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { notYet } from '../kernel/not-yet.ts';
import type { TrainingDependencies } from './training-dependencies.ts';

export interface TrainingService {
  options(input: { versionId: string; datasetVersionId: string | null }): Promise<TrainingOptions>;
  plan(order: TrainingOrder): Promise<TrainingPlan>;
  start(interaction: Interaction, order: TrainingOrder): Promise<{ runId: string; jobId: string }>;
  list(): TrainingRun[];
  get(runId: string): TrainingRun;
  curve(input: { runId: string; afterStep: number }): TrainingPoint[];
  pause(interaction: Interaction, runId: string): Promise<void>;
  resume(interaction: Interaction, input: { runId: string; learningRate: number | null }): { jobId: string };
  finish(interaction: Interaction, runId: string): { jobId: string };
  remove(interaction: Interaction, runId: string): Promise<void>;
  /** Model versions trained on a version of a data set. */
  trainedOn(datasetVersionId: string): DatasetVersion['trained'];
  /** Names of the models that are being trained on a data set, or wait to be resumed. */
  trainingWith(datasetId: string): string[];
  /** After a crash: runs whose job is gone become `interrupted`; folders that no run knows are removed. */
  sweep(): Promise<void>;
}

export function createTrainingService(_dependencies: TrainingDependencies): TrainingService {
  return notYet('training');
}
