import type { AuditLog } from '../audit/index.ts';
import type { DeploymentState } from '../contract/deployments.contract.ts';
import type { ErrorValue } from '../contract/errors.ts';
import { gatewayPortSchema } from '../contract/gateway.contract.ts';
import type { GatewayStatus } from '../contract/gateway.contract.ts';
import type { DeploymentsService } from '../deployments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { DatabaseHandle } from '../kernel/database/open-database.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';
import type { EventBus } from '../kernel/event-bus.ts';
import type { Interaction } from '../kernel/interaction.ts';
import type { SettingsStore } from '../kernel/settings.store.ts';
import { createAdmission } from './admission.ts';
import { createApiKeysService } from './api-keys.service.ts';
import type { ApiKeysService } from './api-keys.service.ts';
import { createApiKeysStore } from './api-keys.store.ts';
import type { ChatService } from './chat-port.ts';
import { GATEWAY_ADDRESS, startGatewayServer } from './gateway.server.ts';
import type { GatewayServer } from './gateway.server.ts';
import { createLiveKeys } from './live-keys.ts';
import { createRequestAudit } from './request-audit.ts';

/** The endpoint other programs talk to, its keys and its port. */
export interface GatewayService {
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
  reportBug: (error: unknown, where: string) => string;
  /** Where nothing is stored yet. */
  defaultPort?: number;
}

export const DEFAULT_GATEWAY_PORT = 8484;
const PORT_SETTING = 'gateway.port';
/** Use of keys is counted in memory and written this often. */
const FLUSH_MS = 10_000;
/** States in which a deployment answers, or will without anybody doing anything. */
const ANSWERING: ReadonlySet<DeploymentState> = new Set(['sleeping', 'starting', 'ready', 'restarting']);

/** The gateway over the deployments of this application. */
export function createGateway({ deployments, ...dependencies }: GatewayDependencies & { deployments: Pick<DeploymentsService, 'list' | 'chatByName'> }): GatewayService {
  return createGatewayOver({
    ...dependencies,
    chat: {
      list: () => deployments.list().map(({ name, createdAtMs, state }) => ({ name, createdAtMs, canAnswer: ANSWERING.has(state) })),
      chat: ({ deploymentName, messages, sampling, signal }) => deployments.chatByName(deploymentName, { messages, sampling, signal }),
    },
  });
}

/** The gateway over whatever answers. */
export function createGatewayOver(dependencies: GatewayDependencies & { chat: ChatService }): GatewayService {
  const { db, audit, clock, events, settings, chat, reportBug, defaultPort = DEFAULT_GATEWAY_PORT } = dependencies;
  const keysStore = createApiKeysStore(db);
  const liveKeys = createLiveKeys(keysStore, clock);
  const keys = createApiKeysService({ db, audit, events, clock, store: keysStore, keys: liveKeys });
  const admission = createAdmission(liveKeys, clock);
  const requestAudit = createRequestAudit(audit);
  const retiring = new Set<GatewayServer>();
  let server: GatewayServer | null = null;
  let problem: ErrorValue | null = null;
  let moving: Promise<unknown> = Promise.resolve();
  let disposed = false;

  const storedPort = (): number => settings.get(PORT_SETTING, gatewayPortSchema) ?? defaultPort;
  const status = (): GatewayStatus => {
    const port = server?.port ?? storedPort();
    return { running: server !== null, problem, port, baseUrl: `http://${GATEWAY_ADDRESS}:${port}/v1` };
  };
  const listen = async (port: number): Promise<GatewayServer> => {
    try {
      return await startGatewayServer(port, { admission, chat, audit: requestAudit, reportBug });
    } catch (error) {
      const code = systemCodeOf(error);
      if (code === 'EADDRINUSE' || code === 'EACCES') throw new ExpectedError('PORT_TAKEN', { port }, { cause: error });
      throw error;
    }
  };
  /** Running answers of the old port come to their end; it takes no new ones. */
  const retire = (old: GatewayServer): void => {
    retiring.add(old);
    old
      .retire()
      .catch((error: unknown) => reportBug(error, 'gateway retire'))
      .finally(() => retiring.delete(old));
  };
  const flush = (): void => {
    try {
      keys.flush();
      requestAudit.flush();
    } catch (error) {
      reportBug(error, 'gateway flush'); // counted use stays in memory and is tried again
    }
  };
  const flushTimer = setInterval(flush, FLUSH_MS);
  flushTimer.unref();
  /** One move at a time: two that cross would leave a port open that nobody knows. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = moving.then(work, work);
    moving = turn.catch(() => undefined);
    return turn;
  };

  return {
    start: () =>
      inTurn(async () => {
        if (server !== null || disposed) return;
        try {
          server = await listen(storedPort());
          problem = null;
        } catch (error) {
          problem = error instanceof ExpectedError ? error.toValue() : { code: 'BUG', data: { referenceId: reportBug(error, 'gateway start') } };
        }
        events.publish({ type: 'gateway.changed' });
      }),
    status,
    setPort: (interaction, { port }) =>
      inTurn(async () => {
        if (disposed) throw new ExpectedError('CANCELLED', {});
        const before = { port: storedPort(), running: server !== null };
        const next = server?.port === port ? server : await listen(port);
        try {
          db.transaction(() => {
            settings.set(PORT_SETTING, port);
            audit.append(interaction, {
              type: 'gateway.settingsChanged',
              object: { type: 'gateway', id: 'gateway', name: GATEWAY_ADDRESS },
              before,
              after: { port, running: true },
            });
          }).immediate();
        } catch (error) {
          if (next !== server) await next.close();
          throw error;
        }
        if (server !== null && next !== server) retire(server);
        server = next;
        problem = null;
        events.publish({ type: 'gateway.changed' });
        return status();
      }),
    keys,
    dispose: () =>
      inTurn(async () => {
        disposed = true;
        clearInterval(flushTimer);
        await Promise.all([...retiring, ...(server === null ? [] : [server])].map((one) => one.close()));
        server = null;
        flush();
      }),
  };
}
