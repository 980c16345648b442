import type { Implementer } from '../kernel/router-base.ts';
import type { DeploymentsService } from './deployments.service.ts';

const done = { done: true } as const;

/** `deployments.*` of the contract. */
export function deploymentsRouter(os: Implementer, deployments: () => DeploymentsService) {
  return {
    fit: os.deployments.fit.handler(({ input }) => deployments().fit(input.versionId)),
    predict: os.deployments.predict.handler(({ input }) => deployments().predict(input)),
    trial: os.deployments.trial.handler(({ input, context }) => deployments().trial(context.interaction, input)),
    endTrial: os.deployments.endTrial.handler(async ({ input }) => {
      await deployments().endTrial(input.trialId);
      return done;
    }),
    create: os.deployments.create.handler(({ input, context }) => deployments().create(context.interaction, input)),
    list: os.deployments.list.handler(() => deployments().list()),
    get: os.deployments.get.handler(({ input }) => deployments().get(input.deploymentId)),
    start: os.deployments.start.handler(({ input, context }) => deployments().start(context.interaction, input.deploymentId)),
    stop: os.deployments.stop.handler(({ input, context }) => deployments().stop(context.interaction, input.deploymentId)),
    setAdapters: os.deployments.setAdapters.handler(({ input, context }) => deployments().setAdapters(context.interaction, input)),
    compareAdapters: os.deployments.compareAdapters.handler(({ input, context }) => deployments().compareAdapters(context.interaction, input)),
    remove: os.deployments.remove.handler(async ({ input, context }) => {
      await deployments().remove(context.interaction, input.deploymentId);
      return done;
    }),
    chat: os.deployments.chat.handler(({ input, context }) => deployments().chat(context.interaction, input)),
  };
}
