import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createAuditLog, createAuditStore } from '../../audit/index.ts';
import type { AuditEvent } from '../../contract/audit.contract.ts';
import type { ChatEvent } from '../../contract/deployments.contract.ts';
import { systemClock } from '../../kernel/clock.ts';
import type { Clock } from '../../kernel/clock.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { createEventBus } from '../../kernel/event-bus.ts';
import { newInteraction } from '../../kernel/interaction.ts';
import type { Interaction } from '../../kernel/interaction.ts';
import { createSettingsStore } from '../../kernel/settings.store.ts';
import { temporaryHouse } from '../../kernel/testing/temporary-house.ts';
import type { TemporaryHouse } from '../../kernel/testing/temporary-house.ts';
import type { ChatOrder, ChatService } from '../chat-port.ts';
import { createGatewayOver } from '../gateway.service.ts';
import type { GatewayService } from '../gateway.service.ts';
import type { NetworkPorts } from '../network/network.service.ts';

/** A real gateway on a real port over a real database; only the engine follows a script, by the name that is asked for. */
export interface ScriptedGateway {
  gateway: GatewayService;
  house: TemporaryHouse;
  port: number;
  baseUrl: string;
  secret: string;
  keyId: string;
  /** What reached the engine, newest last. */
  orders: ChatOrder[];
  /** Names of answers whose generation was stopped by the signal. */
  aborted: string[];
  bugs: unknown[];
  events(type?: AuditEvent['type']): AuditEvent[];
  /** Ends the gateway and starts another over the same database. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

export const SCRIPTS = ['parrot', 'endless', 'busy', 'restarting', 'crashes-at-once', 'crashes-later', 'too-long', 'broken', 'never-ends-properly', 'length'] as const;
/** A deployment that nobody has started. */
export const STOPPED = 'stopped';

export function administrator(): Interaction {
  return newInteraction({ kind: 'person', id: 'per_1', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' });
}

export async function scriptedGateway(options: { port?: number; networkPorts?: NetworkPorts; clock?: Clock } = {}): Promise<ScriptedGateway> {
  const house = temporaryHouse();
  const clock = options.clock ?? systemClock();
  const events = createEventBus((error) => {
    throw error;
  });
  const audit = createAuditLog({ db: house.db, store: createAuditStore(house.db), clock, events, appVersion: '0.0.0' });
  const orders: ChatOrder[] = [];
  const aborted: string[] = [];
  const bugs: unknown[] = [];
  const defaultPort = options.port ?? (await freePort());
  const make = () => createGatewayOver({
    db: house.db,
    audit,
    clock,
    events,
    settings: createSettingsStore(house.db),
    chat: scriptedChat(orders, aborted),
    reportBug: (error) => {
      bugs.push(error);
      return 'ref1';
    },
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
    house,
    port,
    baseUrl,
    secret,
    keyId: apiKey.id,
    orders,
    aborted,
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

const timing = { queuedMs: 0, ttftMs: 1, totalMs: 2, promptTokensPerSecond: 100, outputTokensPerSecond: 100 };

function scriptedChat(orders: ChatOrder[], aborted: string[]): ChatService {
  return {
    list: () => [...SCRIPTS, STOPPED].map((name, index) => ({ name, createdAtMs: 1_700_000_000_000 + index, canAnswer: name !== STOPPED })),
    chat(order) {
      orders.push(order);
      return follow(order, aborted);
    },
  };
}

async function* follow({ deploymentName, messages, sampling, signal }: ChatOrder, aborted: string[]): AsyncGenerator<ChatEvent, void, void> {
  const promptTokens = messages.length;
  const finished = (outputTokens: number, reason: 'stop' | 'length' | 'cancelled'): ChatEvent => ({ kind: 'finished', reason, usage: { promptTokens, outputTokens }, timing });
  if (deploymentName === 'busy') throw new ExpectedError('DEPLOYMENT_BUSY', { name: 'busy', queueLimit: 3 });
  if (deploymentName === 'restarting' || deploymentName === STOPPED) throw new ExpectedError('DEPLOYMENT_NOT_READY', { name: deploymentName, state: deploymentName });
  if (deploymentName === 'crashes-at-once') throw new ExpectedError('ENGINE_FAILED', { reason: 'crashed', detail: 'GGML_ASSERT' });
  if (deploymentName === 'broken') throw new Error('a secret detail of the inside');
  yield { kind: 'queued', position: 1 };
  if (deploymentName === 'too-long') throw new ExpectedError('PROMPT_TOO_LONG', { promptTokens: 5000, contextSize: 4096 });
  yield { kind: 'started', promptTokens };
  const words = deploymentName === 'parrot' ? (messages.at(-1)?.content ?? '').split(/(?<= )/) : Array.from({ length: deploymentName === 'endless' ? 1_000_000 : 100 }, (_, index) => `${index} `);
  let outputTokens = 0;
  try {
    for (const text of words) {
      if (outputTokens >= (sampling.maxOutputTokens ?? Number.POSITIVE_INFINITY)) return void (yield finished(outputTokens, 'length'));
      if (deploymentName !== 'parrot') await delay(2);
      if (signal.aborted) {
        aborted.push(deploymentName);
        return void (yield finished(outputTokens, 'cancelled'));
      }
      if (deploymentName === 'crashes-later' && outputTokens === 3) throw new ExpectedError('ENGINE_FAILED', { reason: 'crashed', detail: 'GGML_ASSERT' });
      if (deploymentName === 'never-ends-properly' && outputTokens === 3) return;
      outputTokens += 1;
      yield { kind: 'text', text, tokens: 1 };
    }
    yield finished(outputTokens, 'stop');
  } finally {
    if (signal.aborted && !aborted.includes(deploymentName)) aborted.push(deploymentName);
  }
}
