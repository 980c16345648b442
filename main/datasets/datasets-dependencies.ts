import type { AuditLog, AuditService } from '../audit/index.ts';
import type { DatasetVersion } from '../contract/datasets.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { Uploads } from '../models/index.ts';
import type { DatasetsStore } from './datasets.store.ts';

export interface DatasetsDependencies {
  db: DatabaseHandle;
  store: DatasetsStore;
  audit: AuditLog;
  auditLog: Pick<AuditService, 'ofObject'>;
  clock: Clock;
  events: EventBus;
  jobs: JobsService;
  uploads: Uploads;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  /** Model versions that were trained on a version of a data set. */
  trainedOn: (datasetVersionId: string) => DatasetVersion['trained'];
  /** Names of the models that are being trained on it, or wait to be resumed. */
  trainingWith: (datasetId: string) => string[];
}
