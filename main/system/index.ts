/** Front door of the system room: others import only from here. */
export { createDoctor } from './doctor.ts';
export { systemRouter } from './system.router.ts';
export type { SystemRouterPorts } from './system.router.ts';
