import type { Implementer } from '../kernel/router-base.ts';
import type { ApiKeysService } from './api-keys.service.ts';

/** `apiKeys.*` of the contract. */
export function apiKeysRouter(os: Implementer, keys: () => ApiKeysService) {
  return {
    list: os.apiKeys.list.handler(() => keys().list()),
    get: os.apiKeys.get.handler(({ input }) => keys().get(input.keyId)),
    create: os.apiKeys.create.handler(({ input, context }) => keys().create(context.interaction, input)),
    update: os.apiKeys.update.handler(({ input, context }) => keys().update(context.interaction, input)),
    rotate: os.apiKeys.rotate.handler(({ input, context }) => keys().rotate(context.interaction, input)),
    revoke: os.apiKeys.revoke.handler(({ input, context }) => {
      keys().revoke(context.interaction, input);
      return { done: true as const };
    }),
  };
}
