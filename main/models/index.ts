/** Front door of the models room: other areas import only from here. */
export type { TrialLoad } from './import-job.ts';
export { modelsRouter } from './models.router.ts';
export { createModelsService } from './models.service.ts';
export type { DerivedVersion, FamilyMember, LoadableVersion, ModelsService } from './models.service.ts';
export { requireServed, requireWriting } from './require-purpose.ts';
export { createModelsStore } from './models.store.ts';
export type { RegisteredVersion } from './register-version.ts';
export { createUploads } from './uploads.ts';
export type { Uploads } from './uploads.ts';
