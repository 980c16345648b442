import type { Implementer } from '../kernel/router-base.ts';
import type { MonitoringService } from './monitoring.service.ts';

/** `monitoring.*` of the contract. */
export function monitoringRouter(os: Implementer, monitoring: () => MonitoringService) {
  return {
    live: os.monitoring.live.handler(({ context }) => monitoring().live(context.interaction)),
  };
}
