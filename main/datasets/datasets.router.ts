import type { AuditLog } from '../audit/index.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { Implementer } from '../kernel/router-base.ts';
import type { Uploads } from '../models/index.ts';
import type { DatasetsService } from './datasets.service.ts';

export interface DatasetsRouterPorts {
  datasets: () => DatasetsService;
  uploads: () => Uploads;
  audit: () => AuditLog;
  /** Shows the host's own file dialog; null where the host has none. */
  chooseFile: (() => Promise<string | null>) | null;
}

const done = { done: true } as const;

/** `datasets.*` of the contract. */
export function datasetsRouter(os: Implementer, { datasets, uploads, audit, chooseFile }: DatasetsRouterPorts) {
  return {
    browse: os.datasets.browse.handler(({ input }) => datasets().browse(input.path)),
    chooseFile: os.datasets.chooseFile.handler(async () => {
      if (chooseFile === null) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'host', message: 'no file dialog' }] });
      return { path: await chooseFile() };
    }),
    beginUpload: os.datasets.beginUpload.handler(async ({ input, context }) => {
      const uploadId = await uploads().begin(context.clientId, input);
      audit().appendAlone(context.interaction, {
        type: 'datasets.uploaded',
        object: { type: 'upload', id: uploadId, name: input.fileName },
        after: { sizeBytes: input.sizeBytes },
      });
      return { uploadId, url: `upload/${uploadId}` };
    }),
    discardUpload: os.datasets.discardUpload.handler(async ({ input }) => {
      await uploads().discard(input.uploadId);
      return done;
    }),
    inspect: os.datasets.inspect.handler(({ input, context }) => datasets().inspect(context.interaction, input)),
    import: os.datasets.import.handler(({ input, context }) => datasets().import(context.interaction, input)),
    list: os.datasets.list.handler(() => datasets().list()),
    get: os.datasets.get.handler(({ input }) => datasets().get(input.datasetId)),
    rows: os.datasets.rows.handler(({ input }) => datasets().rows(input)),
    diff: os.datasets.diff.handler(({ input }) => datasets().diff(input)),
    rename: os.datasets.rename.handler(({ input, context }) => {
      datasets().rename(context.interaction, input);
      return done;
    }),
    annotate: os.datasets.annotate.handler(({ input, context }) => {
      datasets().annotate(context.interaction, input);
      return done;
    }),
    delete: os.datasets.delete.handler(async ({ input, context }) => {
      await datasets().delete(context.interaction, input);
      return done;
    }),
  };
}
