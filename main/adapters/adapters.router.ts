import type { Implementer } from '../kernel/router-base.ts';
import type { AdaptersService } from './adapters.service.ts';

const done = { done: true } as const;

/** `adapters.*` of the contract. */
export function adaptersRouter(os: Implementer, adapters: () => AdaptersService) {
  return {
    inspect: os.adapters.inspect.handler(({ input, context }) => adapters().inspect(context.interaction, input)),
    import: os.adapters.import.handler(({ input, context }) => adapters().import(context.interaction, input)),
    list: os.adapters.list.handler(() => adapters().list()),
    get: os.adapters.get.handler(({ input }) => adapters().get(input.adapterId)),
    rename: os.adapters.rename.handler(({ input, context }) => {
      adapters().rename(context.interaction, input);
      return done;
    }),
    delete: os.adapters.delete.handler(async ({ input, context }) => {
      await adapters().delete(context.interaction, input);
      return done;
    }),
  };
}
