import { ExpectedError } from '../kernel/errors.ts';
import type { SaveFile } from '../kernel/files.ts';
import type { Implementer } from '../kernel/router-base.ts';
import type { UsageService } from './usage.service.ts';

/** `usage.*` of the contract. */
export function usageRouter(os: Implementer, usage: () => UsageService, saveFile: SaveFile | null) {
  return {
    state: os.usage.state.handler(() => usage().state()),
    summary: os.usage.summary.handler(({ input }) => usage().summary(input)),
    requests: os.usage.requests.handler(({ input }) => usage().requests(input)),
    days: os.usage.days.handler(({ input }) => usage().days(input)),
    export: os.usage.export.handler(({ input, context }) => usage().export(context.interaction, input)),
    saveExport: os.usage.saveExport.handler(({ input, context }) => {
      if (saveFile === null) throw new ExpectedError('WRONG_INPUT', { issues: [{ path: 'host', message: 'no file dialog' }] });
      return usage().saveExport(context.interaction, input, saveFile);
    }),
    setRetention: os.usage.setRetention.handler(({ input, context }) => {
      usage().setRetention(context.interaction, input.recordDays);
      return { done: true as const };
    }),
  };
}
