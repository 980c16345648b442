import type { Implementer } from '../router-base.ts';
import type { JobsService } from './jobs.service.ts';

/** `jobs.*` of the contract. */
export function jobsRouter(os: Implementer, jobs: () => JobsService) {
  return {
    list: os.jobs.list.handler(() => jobs().list()),
    get: os.jobs.get.handler(({ input }) => jobs().get(input.jobId)),
    cancel: os.jobs.cancel.handler(({ input, context }) => jobs().cancel(context.interaction, input.jobId)),
    retry: os.jobs.retry.handler(({ input, context }) => jobs().retry(context.interaction, input.jobId)),
  };
}
