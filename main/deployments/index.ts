/** Front door of the deployments room: other areas import only from here. */
export { deploymentsRouter } from './deployments.router.ts';
export { createDeploymentsService } from './deployments.service.ts';
export type { DeploymentsService } from './deployments-port.ts';
export { createDeploymentsStore } from './deployments.store.ts';
export { createDeploymentVersionsStore } from './deployment-versions.store.ts';
export type { Lease } from './engines.ts';
