import type { AuditLog } from '../audit/index.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DataFolderLayout } from '../kernel/data-folder/layout.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import type { ModelsService, TrialLoad } from '../models/index.ts';
import type { QuantizationStore } from './quantization.store.ts';

export interface QuantizationDependencies {
  db: DatabaseHandle;
  store: QuantizationStore;
  settings: SettingsStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  jobs: JobsService;
  models: Pick<ModelsService, 'version' | 'versions' | 'versionForLoading' | 'familyOf' | 'registerDerived'>;
  hardware: Pick<HardwareService, 'look'>;
  layout: DataFolderLayout;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  trialLoad: TrialLoad;
}
