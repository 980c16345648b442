/** Front door of the adapters room: other areas import only from here. */
export { adaptersRouter } from './adapters.router.ts';
export { createAdaptersService } from './adapters.service.ts';
export type { AdaptersService, AttachableAdapter } from './adapters.service.ts';
export { createAdaptersStore } from './adapters.store.ts';
