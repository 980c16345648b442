/** Front door of the benchmarks room: other areas import only from here. */
export { benchmarksRouter } from './benchmarks.router.ts';
export { createBenchmarksService } from './benchmarks.service.ts';
export type { BenchmarksService } from './benchmarks.service.ts';
export { createBenchmarksStore } from './benchmarks.store.ts';
export { findTuning } from './find-tuning.ts';
