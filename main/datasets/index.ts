/** Front door of the data room: other areas import only from here. */
export { datasetsRouter } from './datasets.router.ts';
export { createDatasetsService } from './datasets.service.ts';
export type { DatasetsService } from './datasets.service.ts';
export { createDatasetsStore } from './datasets.store.ts';
