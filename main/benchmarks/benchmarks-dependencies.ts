import type { AuditLog } from '../audit/index.ts';
import type { DeploymentsService } from '../deployments/index.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { JobsService } from '../kernel/jobs/jobs.service.ts';
import type { ProcessStarter, WorkerResolver } from '../kernel/processes/process-starter.ts';
import type { ModelsService } from '../models/index.ts';
import type { BenchmarksStore } from './benchmarks.store.ts';

/** What service and jobs of this room work with. */
export interface BenchmarksDependencies {
  db: DatabaseHandle;
  store: BenchmarksStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  jobs: JobsService;
  models: ModelsService;
  deployments: DeploymentsService;
  hardware: HardwareService;
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
}
