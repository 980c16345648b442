import { ExpectedError } from '../kernel/errors.ts';
import type { SaveFile } from '../kernel/files.ts';
import type { Implementer } from '../kernel/router-base.ts';
import type { BenchmarksService } from './benchmarks.service.ts';

const done = { done: true } as const;

/** `benchmarks.*` of the contract. */
export function benchmarksRouter(os: Implementer, benchmarks: () => BenchmarksService, saveFile: SaveFile | null) {
  return {
    start: os.benchmarks.start.handler(({ input, context }) => benchmarks().start(context.interaction, input)),
    list: os.benchmarks.list.handler(() => benchmarks().list()),
    get: os.benchmarks.get.handler(({ input }) => benchmarks().get(input.benchmarkId)),
    rename: os.benchmarks.rename.handler(({ input, context }) => {
      benchmarks().rename(context.interaction, input);
      return done;
    }),
    remove: os.benchmarks.remove.handler(({ input, context }) => {
      benchmarks().remove(context.interaction, input.benchmarkId);
      return done;
    }),
    export: os.benchmarks.export.handler(({ input, context }) => benchmarks().export(context.interaction, input)),
    saveExport: os.benchmarks.saveExport.handler(({ input, context }) => {
      if (saveFile === null) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'host', message: 'no file dialog' }] });
      return benchmarks().saveExport(context.interaction, input, saveFile);
    }),
    previewBaseline: os.benchmarks.previewBaseline.handler(({ input }) => benchmarks().previewBaseline(input)),
    importBaseline: os.benchmarks.importBaseline.handler(({ input, context }) => benchmarks().importBaseline(context.interaction, input)),
    tune: os.benchmarks.tune.handler(({ input, context }) => benchmarks().tune(context.interaction, input)),
    tunings: os.benchmarks.tunings.handler(({ input }) => benchmarks().tunings(input.versionId)),
    tuning: os.benchmarks.tuning.handler(({ input }) => benchmarks().tuning(input.tuningId)),
    removeTuning: os.benchmarks.removeTuning.handler(({ input, context }) => {
      benchmarks().removeTuning(context.interaction, input.tuningId);
      return done;
    }),
  };
}
