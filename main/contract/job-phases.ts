import { ADAPTER_IMPORT_PHASES } from './adapters.contract.ts';
import { BENCHMARK_PHASES, TUNING_PHASES } from './benchmarks.contract.ts';
import { DATA_IMPORT_PHASES } from './datasets.contract.ts';
import type { JobKind } from './jobs.contract.ts';
import { IMPORT_PHASES } from './models.contract.ts';
import { EVALUATION_PHASES, LAYER_PHASES, MATRIX_PHASES, QUANTIZE_PHASES } from './quantization.contract.ts';
import { TRAINING_PHASES } from './training.contract.ts';

/** The phases each kind of job goes through, in order; a job's progress names the one it is in. */
export const JOB_PHASES = {
  'models.import': IMPORT_PHASES,
  'benchmarks.run': BENCHMARK_PHASES,
  'benchmarks.tune': TUNING_PHASES,
  'quantization.quantize': QUANTIZE_PHASES,
  'quantization.matrix': MATRIX_PHASES,
  'quantization.layers': LAYER_PHASES,
  'quantization.prune': QUANTIZE_PHASES,
  'quantization.evaluate': EVALUATION_PHASES,
  'datasets.import': DATA_IMPORT_PHASES,
  'training.run': TRAINING_PHASES,
  'adapters.import': ADAPTER_IMPORT_PHASES,
} as const satisfies Record<JobKind, readonly string[]>;
export type JobPhase = (typeof JOB_PHASES)[JobKind][number];
