/** Front door of the monitoring room: other areas import only from here. */
export { monitoringRouter } from './monitoring.router.ts';
export { createMonitoring } from './monitoring.service.ts';
export type { LiveEvent, MonitoringService } from './monitoring.service.ts';
