import type { Implementer } from '../kernel/router-base.ts';
import type { DeploymentsService } from './deployments-port.ts';

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
    versions: os.deployments.versions.handler(({ input }) => deployments().versions(input.deploymentId)),
    switchChoices: os.deployments.switchChoices.handler(({ input }) => deployments().switchChoices(input.deploymentId)),
    planSwitch: os.deployments.planSwitch.handler(({ input }) => deployments().switching.plan(input.deploymentId, input.versionId, input.settings)),
    trySwitch: os.deployments.trySwitch.handler(({ input, context }) => deployments().switching.try(context.interaction, input)),
    switchVersion: os.deployments.switchVersion.handler(({ input, context }) => deployments().switching.switch(context.interaction, input)),
    switchStoppingFirst: os.deployments.switchStoppingFirst.handler(({ input, context }) => deployments().switching.switchStoppingFirst(context.interaction, input)),
    rollBack: os.deployments.rollBack.handler(({ input, context }) => deployments().switching.rollBack(context.interaction, input)),
    memory: os.deployments.memory.handler(() => deployments().memory()),
    setMemoryBudget: os.deployments.setMemoryBudget.handler(({ input, context }) => deployments().setMemoryBudget(context.interaction, input)),
    setLifecycle: os.deployments.setLifecycle.handler(({ input, context }) => deployments().setLifecycle(context.interaction, input)),
    embed: os.deployments.embed.handler(({ input, context }) => deployments().tryOut.embed(context.interaction, input)),
    rank: os.deployments.rank.handler(({ input, context }) => deployments().tryOut.rank(context.interaction, input)),
    chat: os.deployments.chat.handler(({ input, context }) => deployments().chat(context.interaction, input)),
  };
}
