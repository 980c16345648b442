import type { AuditLog } from '../audit/index.ts';
import type { DatasetsService } from '../datasets/index.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { ModelsService, TrialLoad } from '../models/index.ts';
import type { TrainingStore } from './training.store.ts';

export interface TrainingDependencies {
  db: DatabaseHandle;
  store: TrainingStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  jobs: JobsService;
  models: Pick<ModelsService, 'version' | 'versions' | 'versionForLoading' | 'familyOf' | 'registerDerived'>;
  datasets: Pick<DatasetsService, 'version' | 'rowsOf' | 'hashesOf'>;
  hardware: Pick<HardwareService, 'look'>;
  layout: DataFolderLayout;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  trialLoad: TrialLoad;
}
