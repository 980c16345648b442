import type { AuditLog } from '../audit/index.ts';
import type { AdaptersService } from '../adapters/index.ts';
import type { Tuning } from '../contract/benchmarks.contract.ts';
import type { Backend, HardwareView } from '../contract/system.contract.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import type { ModelsService } from '../models/index.ts';
import type { DeploymentVersionsStore } from './deployment-versions.store.ts';
import type { DeploymentsStore } from './deployments.store.ts';
import type { EngineRoomDependencies } from './engine-room.ts';

export interface DeploymentsDependencies extends Omit<EngineRoomDependencies, 'loaded'> {
  db: DatabaseHandle;
  store: DeploymentsStore;
  versionsStore: DeploymentVersionsStore;
  settings: SettingsStore;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  models: ModelsService;
  hardware: HardwareService;
  /** The application acting by itself, for what engines do without a person. */
  systemInteraction: () => Interaction;
  reportBug: (error: unknown, where: string) => string;
  /** Raises VERSION_NOT_APPROVED where the quality policy lets only approved versions serve and this one is not. */
  servingGate: (versionId: string) => void;
  /** Adapters as engines take them; raises NOT_FOUND and ADAPTER_REFUSED. */
  adapters: Pick<AdaptersService, 'attachable' | 'nameOf'>;
  /** What auto-tuning found for a version on this machine as it is; null where nothing valid is known. */
  tunedFor: (wanted: { versionId: string; backend: Backend; hardware: HardwareView }) => Pick<Tuning, 'chosen' | 'atMs' | 'goal'> | null;
  timing?: Partial<DeploymentsTiming>;
}

/** How long engines are kept that serve nothing new. */
export interface DeploymentsTiming {
  /** Between two looks at what may be ended. */
  lookEveryMs: number;
  /** The version before stays loaded for a roll-back at once; it makes way earlier when memory is needed. */
  warmMs: number;
  /** Answers of the version before may take so long to end; then they are cut off, and the log says how many. */
  drainMs: number;
  /** The same where the old version has to be stopped first: everybody waits for it. */
  drainBeforeStopMs: number;
}

export const DEFAULT_TIMING: DeploymentsTiming = { lookEveryMs: 5_000, warmMs: 10 * 60_000, drainMs: 15 * 60_000, drainBeforeStopMs: 60_000 };
