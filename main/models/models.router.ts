import { ExpectedError } from '../kernel/errors.ts';
import type { Implementer } from '../kernel/router-base.ts';
import type { AuditLog } from '../audit/index.ts';
import type { ModelsService } from './models.service.ts';
import type { Uploads } from './uploads.ts';

export interface ModelsRouterPorts {
  models: () => ModelsService;
  uploads: () => Uploads;
  audit: () => AuditLog;
  /** Shows the host's own file dialog; null where the host has none. */
  chooseFile: (() => Promise<string | null>) | null;
}

const done = { done: true } as const;

/** `models.*` of the contract. */
export function modelsRouter(os: Implementer, { models, uploads, audit, chooseFile }: ModelsRouterPorts) {
  return {
    browse: os.models.browse.handler(({ input }) => models().browse(input.path)),
    chooseFile: os.models.chooseFile.handler(async () => {
      if (chooseFile === null) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'host', message: 'no file dialog' }] });
      return { path: await chooseFile() };
    }),
    inspect: os.models.inspect.handler(({ input, context }) => models().inspect(context.interaction, input)),
    beginUpload: os.models.beginUpload.handler(async ({ input, context }) => {
      const uploadId = await uploads().begin(context.clientId, input);
      audit().appendAlone(context.interaction, {
        type: 'models.uploaded',
        object: { type: 'upload', id: uploadId, name: input.fileName },
        after: { sizeBytes: input.sizeBytes },
      });
      return { uploadId, url: `upload/${uploadId}` };
    }),
    discardUpload: os.models.discardUpload.handler(async ({ input }) => {
      await uploads().discard(input.uploadId);
      return done;
    }),
    import: os.models.import.handler(({ input, context }) => models().import(context.interaction, input)),
    bundled: os.models.bundled.handler(() => models().bundled()),
    importBundled: os.models.importBundled.handler(({ context }) => models().importBundled(context.interaction)),
    list: os.models.list.handler(() => models().list()),
    get: os.models.get.handler(({ input }) => models().get(input.modelId)),
    rename: os.models.rename.handler(({ input, context }) => {
      models().rename(context.interaction, input);
      return done;
    }),
    annotate: os.models.annotate.handler(({ input, context }) => {
      models().annotate(context.interaction, input);
      return done;
    }),
    retire: os.models.retire.handler(({ input, context }) => {
      models().setRetired(context.interaction, { ...input, retired: true });
      return done;
    }),
    restore: os.models.restore.handler(({ input, context }) => {
      models().setRetired(context.interaction, { ...input, retired: false });
      return done;
    }),
    approveVersion: os.models.approveVersion.handler(({ input, context }) => {
      models().approveVersion(context.interaction, input);
      return done;
    }),
    withdrawApproval: os.models.withdrawApproval.handler(({ input, context }) => {
      models().withdrawApproval(context.interaction, input);
      return done;
    }),
    delete: os.models.delete.handler(async ({ input, context }) => {
      await models().delete(context.interaction, input);
      return done;
    }),
  };
}
