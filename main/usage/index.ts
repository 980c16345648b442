/** Front door of the usage room: other areas import only from here. */
export { openUsageDatabase } from './open-usage.ts';
export { usageRouter } from './usage.router.ts';
export { createUsageService } from './usage.service.ts';
export type { UsageService } from './usage.service.ts';
export { createUsageStore } from './usage.store.ts';
