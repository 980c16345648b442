import type { Implementer } from '../kernel/router-base.ts';
import type { TrainingService } from './training.service.ts';

const done = { done: true } as const;

/** `training.*` of the contract. */
export function trainingRouter(os: Implementer, training: () => TrainingService) {
  return {
    options: os.training.options.handler(({ input }) => training().options(input)),
    plan: os.training.plan.handler(({ input }) => training().plan(input)),
    start: os.training.start.handler(({ input, context }) => training().start(context.interaction, input)),
    list: os.training.list.handler(() => training().list()),
    get: os.training.get.handler(({ input }) => training().get(input.runId)),
    curve: os.training.curve.handler(({ input }) => training().curve(input)),
    pause: os.training.pause.handler(async ({ input, context }) => {
      await training().pause(context.interaction, input.runId);
      return done;
    }),
    resume: os.training.resume.handler(({ input, context }) => training().resume(context.interaction, input)),
    finish: os.training.finish.handler(({ input, context }) => training().finish(context.interaction, input.runId)),
    remove: os.training.remove.handler(async ({ input, context }) => {
      await training().remove(context.interaction, input.runId);
      return done;
    }),
  };
}
