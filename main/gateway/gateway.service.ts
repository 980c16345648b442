import type { AuditLog } from '../audit/index.ts';
import type { DeploymentState } from '../contract/deployments.contract.ts';
import type { GatewayStatus } from '../contract/gateway.contract.ts';
import type { DeploymentsService } from '../deployments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import { createAdmission } from './admission.ts';
import { createApiKeysService } from './api-keys.service.ts';
import type { ApiKeysService } from './api-keys.service.ts';
import { createApiKeysStore } from './api-keys.store.ts';
import { createGatewayMetrics } from './gateway-metrics.ts';
import { createGatewayHandler } from './gateway.server.ts';
import { createLiveKeys } from './live-keys.ts';
import type { ModelService } from './model-port.ts';
import { createNetworkService } from './network/network.service.ts';
import type { NetworkPorts, NetworkService } from './network/network.service.ts';
import { createRequestAudit } from './request-audit.ts';
import type { UsagePort } from './usage-port.ts';

/** The endpoint other programs talk to, its keys and its port. */
export interface GatewayService {
  /** Where it listens and for whom. */
  readonly network: NetworkService;
  /** Starts listening on the stored port. A taken port is no reason not to start: `status` tells it. Never rejects for that. */
  start(): Promise<void>;
  status(): GatewayStatus;
  /** Moves to another port. Raises PORT_TAKEN; the old one then keeps serving and stays stored. */
  setPort(interaction: Interaction, input: { port: number }): Promise<GatewayStatus>;
  readonly keys: ApiKeysService;
  /** Ends running answers and stops listening. */
  dispose(): Promise<void>;
}

export interface GatewayDependencies {
  db: DatabaseHandle;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  settings: SettingsStore;
  usage: UsagePort;
  reportBug: (error: unknown, where: string) => string;
  /** Where nothing is stored yet. */
  defaultPort?: number;
  networkPorts?: NetworkPorts;
}

export const DEFAULT_GATEWAY_PORT = 8484;
/** Use of keys is counted in memory and written this often. */
const FLUSH_MS = 10_000;
/** States in which a deployment answers, or will without anybody doing anything. */
const ANSWERING: ReadonlySet<DeploymentState> = new Set(['sleeping', 'starting', 'ready', 'restarting']);

type ServedDeployments = Pick<DeploymentsService, 'list' | 'generateByName' | 'countTokensByName' | 'embedByName' | 'rankByName'>;

/** The gateway over the deployments of this application. */
export function createGateway({ deployments, ...dependencies }: GatewayDependencies & { deployments: ServedDeployments }): GatewayService {
  return createGatewayOver({
    ...dependencies,
    models: {
      list: () => deployments.list().map(({ name, createdAtMs, state, versionId, modelName, versionNumber, purpose }) => ({ name, createdAtMs, canAnswer: ANSWERING.has(state), fingerprint: versionId, purpose, model: { name: modelName, versionNumber } })),
      generate: (name, order, signal) => deployments.generateByName(name, order, signal),
      countTokens: (name, prompt) => deployments.countTokensByName(name, prompt),
      embed: (name, order, signal) => deployments.embedByName(name, order, signal),
      rank: (name, order, signal) => deployments.rankByName(name, order, signal),
    },
  });
}

/** The gateway over whatever answers. */
export function createGatewayOver(dependencies: GatewayDependencies & { models: ModelService }): GatewayService {
  const { db, audit, clock, events, models, usage, reportBug, defaultPort = DEFAULT_GATEWAY_PORT, networkPorts = {} } = dependencies;
  const keysStore = createApiKeysStore(db);
  const liveKeys = createLiveKeys(keysStore, clock);
  const keys = createApiKeysService({ db, audit, events, clock, store: keysStore, keys: liveKeys });
  const admission = createAdmission(liveKeys, clock);
  const requestAudit = createRequestAudit(audit);
  const metrics = createGatewayMetrics();
  const network: NetworkService = createNetworkService({
    ...dependencies,
    defaultPort,
    ports: networkPorts,
    createHandler: () => createGatewayHandler({ admission, models, audit: requestAudit, metrics, usage, clock, isOwnHost: (host) => network.isOwnHost(host), reportBug }),
  });

  const status = (): GatewayStatus => {
    const { running, problem, port } = network.loopback();
    return { running, problem, port, baseUrl: `http://127.0.0.1:${port}/v1` };
  };
  const flush = (): void => {
    try {
      keys.flush();
      requestAudit.flush();
      network.flush();
    } catch (error) {
      reportBug(error, 'gateway flush'); // counted use stays in memory and is tried again
    }
  };
  const flushTimer = setInterval(flush, FLUSH_MS);
  flushTimer.unref();

  return {
    network,
    start: () => network.start(),
    status,
    async setPort(interaction, { port }) {
      await network.setPort(interaction, port);
      return status();
    },
    keys,
    async dispose() {
      clearInterval(flushTimer);
      await network.dispose();
      flush();
    },
  };
}
