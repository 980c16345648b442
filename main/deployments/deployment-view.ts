import type { AdaptersService } from '../adapters/index.ts';
import type { DeploymentState, DeploymentView } from '../contract/deployments.contract.ts';
import { requireServed } from '../models/index.ts';
import type { ModelsService } from '../models/index.ts';
import type { DeploymentRecord } from './deployments.store.ts';
import type { Engines } from './engines.ts';

interface ViewParts {
  models: Pick<ModelsService, 'version'>;
  adapters: Pick<AdaptersService, 'nameOf'>;
  engines: Pick<Engines, 'get' | 'problemOf' | 'totals'>;
}

/** A deployment as screens show it: its row, and what its engine says. */
export function viewOf(record: DeploymentRecord, { models, adapters, engines }: ViewParts): DeploymentView {
  const version = models.version(record.versionId);
  const stats = engines.get(record.id)?.engine.stats() ?? null;
  const own = engines.problemOf(record.id);
  const totals = engines.totals(record.id);
  return {
    id: record.id,
    name: record.name,
    state: stats?.state ?? unloadedState(record, own !== null),
    problem: stats?.problem ?? own,
    restarts: stats?.restarts ?? 0,
    modelId: version.modelId,
    modelName: version.modelName,
    versionId: record.versionId,
    versionNumber: version.number,
    quantization: version.facts.quantization,
    hasChatTemplate: version.facts.chatTemplate.present,
    purpose: requireServed(version.facts),
    settings: record.settings,
    limits: record.limits,
    lifecycle: record.lifecycle,
    adapters: record.adapters.map((choice) => ({ ...choice, name: adapters.nameOf(choice.adapterId) })),
    createdAtMs: record.createdAtMs,
    readyAtMs: stats?.readyAtMs ?? null,
    loadMs: stats?.loadMs ?? null,
    processId: stats?.processId ?? null,
    rssBytes: stats?.rssBytes ?? null,
    activeRequests: totals.activeRequests,
    queuedRequests: totals.queuedRequests,
    requestCount: totals.requestCount,
    errorCount: totals.errorCount,
  };
}

/** One that is loaded on demand sleeps, also when its last load failed: the next request tries again. */
function unloadedState({ desired, lifecycle }: DeploymentRecord, hasProblem: boolean): DeploymentState {
  if (desired === 'running' && lifecycle.kind === 'on-demand') return 'sleeping';
  return hasProblem ? 'failed' : 'stopped';
}
