import { mkdirSync } from 'node:fs';
import { createAuditLog, createAuditService, createAuditStore } from './audit/index.ts';
import type { AuditLog, AuditService } from './audit/index.ts';
import { createAccountsService, createPersonsStore } from './accounts/index.ts';
import type { AccountsService, Sessions, SignInGuard } from './accounts/index.ts';
import { createAdaptersService, createAdaptersStore } from './adapters/index.ts';
import type { AdaptersService } from './adapters/index.ts';
import type { ErrorCode } from './contract/errors.ts';
import { errorCatalogue } from './contract/errors.ts';
import { createBenchmarksService, createBenchmarksStore, findTuning } from './benchmarks/index.ts';
import type { BenchmarksService } from './benchmarks/index.ts';
import { createDatasetsService, createDatasetsStore } from './datasets/index.ts';
import type { DatasetsService } from './datasets/index.ts';
import { createDeploymentsService, createDeploymentsStore, createDeploymentVersionsStore } from './deployments/index.ts';
import type { DeploymentsService } from './deployments/index.ts';
import { readMachine } from './engine/hardware/machine.ts';
import type { HardwareService } from './engine/hardware/hardware.service.ts';
import { createThreadBudget } from './engine/supervisor/thread-budget.ts';
import type { HostPorts } from './host-ports.ts';
import type { Clock } from './kernel/clock.ts';
import type { DataFolderLayout } from './kernel/data-folder/layout.ts';
import { openJournal } from './kernel/data-folder/journal.ts';
import { openDatabase } from './kernel/database/open-database.ts';
import type { DatabaseHandle } from './kernel/database/open-database.ts';
import type { EventBus } from './kernel/event-bus.ts';
import { ExpectedError } from './kernel/errors.ts';
import { newInteraction, systemInteraction } from './kernel/interaction.ts';
import { createJobsService } from './kernel/jobs/jobs.service.ts';
import type { JobsService } from './kernel/jobs/jobs.service.ts';
import { createJobsStore } from './kernel/jobs/jobs.store.ts';
import type { Target } from './kernel/router-base.ts';
import { createSettingsStore } from './kernel/settings.store.ts';
import { createGateway } from './gateway/index.ts';
import type { GatewayService } from './gateway/index.ts';
import { createModelsService, createModelsStore, createUploads } from './models/index.ts';
import type { ModelsService, Uploads } from './models/index.ts';
import { createMonitoring } from './monitoring/index.ts';
import type { MonitoringService } from './monitoring/index.ts';
import { createQuantizationService, createQuantizationStore } from './quantization/index.ts';
import type { QuantizationService } from './quantization/index.ts';
import { createTrainingService, createTrainingStore } from './training/index.ts';
import type { TrainingService } from './training/index.ts';
import { createTrialLoad } from './trial-load.ts';
import { createUsageService, createUsageStore, openUsageDatabase } from './usage/index.ts';
import type { UsageService } from './usage/index.ts';

/** Everything that lives while the database is open. */
export interface House {
  db: DatabaseHandle;
  auditLog: AuditLog;
  audit: AuditService;
  accounts: AccountsService;
  jobs: JobsService;
  models: ModelsService;
  uploads: Uploads;
  deployments: DeploymentsService;
  quantization: QuantizationService;
  benchmarks: BenchmarksService;
  adapters: AdaptersService;
  datasets: DatasetsService;
  training: TrainingService;
  gateway: GatewayService;
  usage: UsageService;
  monitoring: MonitoringService;
  /** Name of an object as people know it; empty when there is none of that id. */
  nameOf(target: Target): string;
  /** The latest time that one of the newest audit events carries: not always the newest one's, since clocks are set back. */
  latestEventAtMs(): number;
  close(): Promise<void>;
}

export interface OpenHouseOptions {
  ports: HostPorts;
  layout: DataFolderLayout;
  key: Buffer;
  expectedSalt: Buffer | null;
  clock: Clock;
  events: EventBus;
  guard: SignInGuard;
  sessions: Sessions;
  hardware: HardwareService;
  reportBug: (error: unknown, where: string) => string;
}

/** About a day's work: a clock that was put right stops being told after so many events. */
const NEWEST_EVENTS = 200;

/** Opens the database and brings every room to life. Raises what openDatabase raises; then nothing stays open. */
export async function openHouse(options: OpenHouseOptions): Promise<House> {
  const { ports, layout, key, clock, events, guard, sessions, hardware, reportBug } = options;
  const db = openDatabase({ path: layout.database, key, expectedSalt: options.expectedSalt });
  let telemetry: DatabaseHandle | null = null;
  try {
    mkdirSync(layout.models, { recursive: true, mode: 0o700 });
    const auditStore = createAuditStore(db);
    const auditLog = createAuditLog({ db, store: auditStore, clock, events, appVersion: ports.appVersion });
    const audit = createAuditService({
      store: auditStore,
      log: auditLog,
      databasePath: layout.database,
      key,
      resolveWorker: ports.resolveWorker,
    });
    const bySystem = () => systemInteraction(ports.host);
    absorbJournal(layout, auditLog);
    auditLog.appendAlone(bySystem(), { type: 'system.started', object: { type: 'system', id: 'modelward', name: ports.host } });

    const jobs = createJobsService({
      db,
      store: createJobsStore(db),
      clock,
      events,
      append: (interaction, entry) => auditLog.append(interaction, entry),
      reportBug,
    });
    const uploads = createUploads(layout.uploads);
    const models = createModelsService({
      db,
      store: createModelsStore(db),
      audit: auditLog,
      auditLog: audit,
      clock,
      events,
      jobs,
      layout,
      uploads,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      trialLoad: createTrialLoad({ ...ports, hardware }),
      approvalGate: (versionId) => quantization.gate(versionId),
      async afterDelete() {
        await quantization.sweep();
        await adapters.sweep();
        events.publish({ type: 'adapters.changed' });
      },
    });
    const quantization = createQuantizationService({
      db,
      store: createQuantizationStore(db),
      settings: createSettingsStore(db),
      audit: auditLog,
      clock,
      events,
      jobs,
      models,
      hardware,
      layout,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      trialLoad: createTrialLoad({ ...ports, hardware }),
    });
    const datasets: DatasetsService = createDatasetsService({
      db,
      store: createDatasetsStore(db),
      audit: auditLog,
      auditLog: audit,
      clock,
      events,
      jobs,
      uploads,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      trainedOn: (datasetVersionId) => training.trainedOn(datasetVersionId),
      trainingWith: (datasetId) => training.trainingWith(datasetId),
    });
    const training: TrainingService = createTrainingService({
      db,
      store: createTrainingStore(db),
      audit: auditLog,
      clock,
      events,
      jobs,
      models,
      datasets,
      hardware,
      layout,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      trialLoad: createTrialLoad({ ...ports, hardware }),
    });
    const adapters: AdaptersService = createAdaptersService({
      db,
      store: createAdaptersStore(db),
      audit: auditLog,
      clock,
      events,
      jobs,
      models,
      uploads,
      layout,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      attachedTo: (adapterId) => deployments.attachedTo(adapterId),
    });
    const { usableCores } = await readMachine();
    const benchmarksStore = createBenchmarksStore(db);
    const deployments: DeploymentsService = createDeploymentsService({
      db,
      store: createDeploymentsStore(db),
      versionsStore: createDeploymentVersionsStore(db),
      settings: createSettingsStore(db),
      audit: auditLog,
      clock,
      events,
      models,
      hardware,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
      threadBudget: createThreadBudget({ usableCores }),
      systemInteraction: bySystem,
      reportBug,
      adapters,
      servingGate: (versionId) => quantization.servingGate(versionId),
      tunedFor: (wanted) => findTuning(benchmarksStore, wanted),
    });
    const benchmarks = createBenchmarksService({
      db,
      store: benchmarksStore,
      audit: auditLog,
      clock,
      events,
      jobs,
      models,
      deployments,
      hardware,
      startProcess: ports.startProcess,
      resolveWorker: ports.resolveWorker,
    });
    const accounts = createAccountsService({ db, store: createPersonsStore(db), audit: auditLog, clock, guard, sessions });
    telemetry = openUsageDatabase({ path: layout.telemetry, key, audit: auditLog, clock, systemInteraction: bySystem });
    const usage = createUsageService({
      store: createUsageStore(telemetry),
      db,
      audit: auditLog,
      auditLog: audit,
      settings: createSettingsStore(db),
      clock,
      systemInteraction: bySystem,
      reportBug,
    });
    const gateway = createGateway({
      usage,
      db,
      audit: auditLog,
      clock,
      events,
      settings: createSettingsStore(db),
      deployments,
      reportBug,
      networkPorts: {
        ...(ports.networkAddresses === undefined ? {} : { addresses: ports.networkAddresses }),
        service: { program: ports.commandLine, dataFolder: layout.root },
      },
    });
    const monitoring = createMonitoring({ dataFolder: layout.root, deployments, clock, reportBug });

    await jobs.recover(bySystem());
    await models.sweep();
    await quantization.sweep();
    await training.sweep();
    await adapters.sweep();
    await datasets.sweep();
    if (ports.servesModels) {
      await gateway.start();
      monitoring.start();
      deployments.resume().catch((error: unknown) => void reportBug(error, 'deployments.resume'));
    }
    return {
      db,
      auditLog,
      audit,
      accounts,
      jobs,
      models,
      uploads,
      deployments,
      quantization,
      benchmarks,
      adapters,
      datasets,
      training,
      gateway,
      usage,
      monitoring,
      nameOf: (target) => nameOf(target, { models, deployments, jobs, gateway, datasets, training, adapters }),
      latestEventAtMs: () => Math.max(0, ...auditStore.list({}, null, NEWEST_EVENTS).map(({ timeMs }) => timeMs)),
      async close() {
        monitoring.dispose();
        await gateway.dispose();
        usage.dispose();
        telemetry?.close();
        await jobs.dispose();
        await deployments.dispose();
        await audit.dispose();
        try {
          auditLog.appendAlone(bySystem(), { type: 'system.stopped', object: { type: 'system', id: 'modelward', name: ports.host } });
        } catch (error) {
          reportBug(error, 'close'); // a full disk must not keep the application from ending
        } finally {
          db.close();
        }
      },
    };
  } catch (error) {
    telemetry?.close();
    db.close();
    throw error;
  }
}

type Rooms = Pick<House, 'models' | 'deployments' | 'jobs' | 'gateway' | 'datasets' | 'training' | 'adapters'>;

function nameOf(target: Target, { models, deployments, jobs, gateway, datasets, training, adapters }: Rooms): string {
  try {
    switch (target.type) {
      case 'model':
        return models.get(target.id).name;
      case 'version':
        return models.version(target.id).modelName;
      case 'deployment':
        return deployments.get(target.id).name;
      case 'job':
        return jobs.get(target.id).title;
      case 'dataset':
        return datasets.get(target.id).name;
      case 'training-run':
        return training.get(target.id).modelName;
      case 'adapter':
        return adapters.nameOf(target.id);
      case 'key':
        return gateway.keys.get(target.id).name;
    }
  } catch (error) {
    if (error instanceof ExpectedError) return ''; // an id that leads nowhere is often why the call was refused
    throw error;
  }
}

/** Takes what happened while the database was closed into the audit log, in one transaction, then forgets the lines. */
function absorbJournal(layout: DataFolderLayout, auditLog: AuditLog): void {
  const journal = openJournal(layout.journal);
  for (const entry of journal.read()) {
    const actor = { kind: 'unknown' as const, id: '', name: entry.actorName, role: '' };
    auditLog.appendAlone(newInteraction(actor, { host: entry.host, address: entry.address }), {
      type: entry.type,
      object: { type: 'system', id: 'modelward', name: '' },
      result: 'refused',
      reason: Object.hasOwn(errorCatalogue, entry.reason) ? (entry.reason as ErrorCode) : '',
      after: { fromJournal: true, happenedAtMs: entry.timeMs },
    });
  }
  journal.clear();
}
