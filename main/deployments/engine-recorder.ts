import type { ErrorValue } from '../contract/errors.ts';
import type { AuditEntry, AuditLog } from '../audit/index.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { RunningEngine } from './engine-room.ts';

type Deployment = Pick<DeploymentRecord, 'id' | 'name'>;

/** Events that engines leave without a person. None of them throws: what they tell has happened whether it can be written or not. */
export interface EngineRecorder {
  engineEvent(record: Deployment, type: 'deployments.engineFailed' | 'deployments.engineRecovered', problem: ErrorValue | null): void;
  loadedOnDemand(record: Deployment, running: RunningEngine): void;
  unloaded(record: Deployment, why: { why: 'idle'; idleMinutes: number } | { why: 'memory'; madeWayFor: string }): void;
  cutOff(record: Deployment | undefined, running: RunningEngine): void;
  /** From now on nothing is written: the database is about to close. */
  stop(): void;
}

export interface EngineRecorderOptions {
  db: DatabaseHandle;
  audit: AuditLog;
  systemInteraction: () => Interaction;
  reportBug: (error: unknown, where: string) => string;
}

export function createEngineRecorder({ db, audit, systemInteraction, reportBug }: EngineRecorderOptions): EngineRecorder {
  let stopped = false;
  const write = (entry: AuditEntry): void => {
    if (stopped || !db.open) return;
    try {
      audit.appendAlone(systemInteraction(), entry);
    } catch (error) {
      reportBug(error, entry.type);
    }
  };
  const objectOf = ({ id, name }: Deployment) => ({ type: 'deployment', id, name });
  return {
    engineEvent: (record, type, problem) =>
      write({
        type,
        object: objectOf(record),
        result: problem === null ? 'done' : 'failed',
        reason: problem?.code ?? '',
        ...(problem === null ? {} : { after: JSON.parse(JSON.stringify(problem.data)) }),
      }),
    loadedOnDemand: (record, running) =>
      write({ type: 'deployments.loadedOnDemand', object: objectOf(record), after: { versionId: running.versionId, loadMs: Math.round(running.engine.stats().loadMs ?? 0) } }),
    unloaded: (record, why) => write({ type: 'deployments.unloaded', object: objectOf(record), after: why }),
    cutOff: (record, running) => {
      if (record === undefined) return;
      write({ type: 'deployments.answersCutOff', object: objectOf(record), result: 'failed', after: { versionId: running.versionId, answers: running.leases } });
    },
    stop() {
      stopped = true;
    },
  };
}
