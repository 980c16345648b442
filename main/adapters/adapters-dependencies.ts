import type { AuditLog } from '../audit/index.ts';
import type { Adapter } from '../contract/adapters.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { ModelsService, Uploads } from '../models/index.ts';
import type { AdaptersStore } from './adapters.store.ts';

export interface AdaptersDependencies {
  db: DatabaseHandle;
  store: AdaptersStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  jobs: JobsService;
  models: Pick<ModelsService, 'version' | 'versions' | 'versionForLoading'>;
  uploads: Uploads;
  layout: DataFolderLayout;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  /** Deployments that have it attached, with its weight there. */
  attachedTo: (adapterId: string) => Adapter['deployments'];
}
