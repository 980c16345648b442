/** Front door of the deployments room: other areas import only from here. */
export { deploymentsRouter } from './deployments.router.ts';
export { createDeploymentsService } from './deployments.service.ts';
export type { DeploymentsService } from './deployments.service.ts';
export { createDeploymentsStore } from './deployments.store.ts';
