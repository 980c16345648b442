import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { WorkerName, WorkerResolver } from './process-starter.ts';

/** Where each entry lies in the sources, relative to `main/`; Node 24 runs them as they are. */
const sourceOf: Record<WorkerName, string> = {
  inference: 'engine/inference/inference.worker.ts',
  'hardware-probe': 'engine/hardware/hardware-probe.worker.ts',
  'model-import': 'models/model-import.worker.ts',
  'data-import': 'datasets/data-import.worker.ts',
  'template-check': 'models/template-check.worker.ts',
  'audit-verify': 'audit/audit-verify.worker.ts',
  'audit-query': 'audit/audit-query.worker.ts',
  'adapter-import': 'adapters/adapter-import.worker.ts',
  quantize: 'quantization/quantize.worker.ts',
  measure: 'quantization/measure.worker.ts',
  benchmark: 'benchmarks/benchmark.worker.ts',
  training: 'training/training.worker.ts',
};

/** Worker entries as built: `<folder>/<name>.worker.js`. */
export function resolveWorkerIn(folder: string): WorkerResolver {
  return (name) => {
    const built = join(folder, `${name}.worker.js`);
    return existsSync(built) ? built : resolveWorkerSource(name);
  };
}

/** Worker entries as sources: for tests and for running without a build. */
export function resolveWorkerSource(name: WorkerName): string {
  return join(import.meta.dirname, '..', '..', sourceOf[name]);
}
