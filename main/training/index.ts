/** Front door of the training room: other areas import only from here. */
export { trainingRouter } from './training.router.ts';
export { createTrainingService } from './training.service.ts';
export type { TrainingService } from './training.service.ts';
export { createTrainingStore } from './training.store.ts';
