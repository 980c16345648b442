import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { createAuditLog, createAuditStore } from '../../audit/index.ts';
import type { AuditEvent } from '../../contract/audit.contract.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { createEventBus } from '../../kernel/event-bus.ts';
import { newInteraction, systemInteraction } from '../../kernel/interaction.ts';
import type { Interaction } from '../../kernel/interaction.ts';
import { createSettingsStore } from '../../kernel/settings.store.ts';
import { temporaryHouse } from '../../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../../kernel/testing/temporary-house.ts';
import { createGatewayOver } from '../gateway.service.ts';
import type { GatewayService } from '../gateway.service.ts';
import type { ModelService } from '../model-port.ts';
import type { NetworkPorts } from '../network/network.service.ts';
import { createUsageService, createUsageStore, openUsageDatabase } from '../../usage/index.ts';
import type { UsageService } from '../../usage/index.ts';
import { scriptedModels } from './scripted-models.ts';
import type { ScriptedModels } from './scripted-models.ts';

export { SCRIPTS, STOPPED } from './scripted-models.ts';

/** A real gateway on a real port over a real database; only the engine follows a script, by the name that is asked for. */
export interface ScriptedGateway {
  gateway: GatewayService;
  usage: UsageService;
  house: TemporaryHouse;
  port: number;
  baseUrl: string;
  secret: string;
  keyId: string;
  models: ScriptedModels;
  /** Of `models`. What reached the engine, newest last. */
  orders: ScriptedModels['orders'];
  /** Of `models`. Names of answers whose generation was stopped by the signal. */
  aborted: string[];
  bugs: unknown[];
  events(type?: AuditEvent['type']): AuditEvent[];
  /** Ends the gateway and starts another over the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export function administrator(): Interaction {
  return newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' });
}

/** `models` takes the place of the scripted ones, for a real engine. */
export async function scriptedGateway(options: { port?: number; models?: ModelService; networkPorts?: NetworkPorts; clock?: Clock } = {}): Promise<ScriptedGateway> {
  const house = temporaryHouse();
  const clock = options.clock ?? systemClock();
  const events = createEventBus((error) => {
    throw error;
  });
  const auditStore = createAuditStore(house.db);
  const audit = createAuditLog({ db: house.db, store: auditStore, clock, events, appVersion: '0.0.0' });
  const models = scriptedModels();
  const bugs: unknown[] = [];
  const defaultPort = options.port ?? (await freePort());
  const bySystem = () => systemInteraction('console');
  const reportBug = (error: unknown): string => {
    bugs.push(error);
    return 'ref1';
  };
  const telemetry = openUsageDatabase({ path: house.layout.telemetry, key: house.key, audit, clock, systemInteraction: bySystem });
  const usage = createUsageService({ store: createUsageStore(telemetry), db: house.db, audit, auditLog: auditStore, settings: createSettingsStore(house.db), clock, systemInteraction: bySystem, reportBug });
  const make = () => createGatewayOver({
    usage,
    db: house.db,
    audit,
    clock,
    events,
    settings: createSettingsStore(house.db),
    models: options.models ?? models,
    reportBug,
    defaultPort,
    networkPorts: options.networkPorts ?? { addresses: () => [] },
  });
  let gateway = make();
  await gateway.start();
  const { apiKey, secret } = gateway.keys.create(administrator(), { name: 'Radiology' });
  const { port, baseUrl } = gateway.status();
  return {
    get gateway() {
      return gateway;
    },
    usage,
    house,
    port,
    baseUrl,
    secret,
    keyId: apiKey.id,
    models,
    orders: models.orders,
    aborted: models.aborted,
    bugs,
    events: (type) => {
      const rows = house.db.prepare<[], { canon: string }>('SELECT canon FROM audit_events ORDER BY sequence').all();
      const all = rows.map(({ canon }) => JSON.parse(canon) as AuditEvent);
      return type === undefined ? all : all.filter((event) => event.type === type);
    },
    async restart() {
      await gateway.dispose();
      gateway = make();
      await gateway.start();
    },
    async close() {
      await gateway.dispose();
      usage.dispose();
      telemetry.close();
      house.remove();
    },
  };
}

/** A clock that goes only when it is told to. */
export interface ManualClock extends Clock {
  set(timeMs: number): void;
  forward(durationMs: number): void;
}

export function manualClock(startMs: number): ManualClock {
  let nowMs = startMs;
  return {
    nowMs: () => nowMs,
    monotonicMs: () => nowMs - startMs,
    bootId: 'manual',
    set: (timeMs) => void (nowMs = timeMs),
    forward: (durationMs) => void (nowMs += durationMs),
  };
}

/** A port that was free a moment ago. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
