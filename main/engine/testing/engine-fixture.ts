import { fileURLToPath } from 'node:url';
import type { ChatEvent, ChatMessage, Sampling } from '../../contract/deployments.contract.ts';
import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { superviseEngine } from '../supervisor/engine-supervisor.ts';
import type { EngineSpec, EngineStats, SupervisedEngine, SupervisionPolicy } from '../supervisor/supervised-engine.ts';

export const inferenceWorkerPath = fileURLToPath(new URL('../inference/inference.worker.ts', import.meta.url));
export const misbehavingEnginePath = fileURLToPath(new URL('./misbehaving-engine.ts', import.meta.url));
export const misbehavingParentPath = fileURLToPath(new URL('./misbehaving-parent.ts', import.meta.url));

export interface EngineOrder {
  modelPath: string;
  name?: string;
  workerPath?: string;
  settings?: Partial<EngineSpec['settings']>;
  limits?: Partial<EngineSpec['limits']>;
  hasChatTemplate?: boolean;
  loop?: 'auto' | 'library';
  task?: EngineSpec['task'];
  policy?: Partial<SupervisionPolicy>;
  onChange?: (stats: EngineStats) => void;
}

const made: SupervisedEngine[] = [];

/** An engine for tests with small settings; stopEngines() in afterEach ends it whatever happened. */
export function makeEngine(order: EngineOrder): SupervisedEngine {
  const engine = superviseEngine({
    startProcess: createNodeProcessStarter(),
    workerPath: order.workerPath ?? inferenceWorkerPath,
    spec: {
      name: order.name ?? 'test',
      modelPath: order.modelPath,
      settings: { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 1, ...order.settings },
      limits: { maxOutputTokens: 200, queueLimit: 4, memoryLimitBytes: 2e9, ...order.limits },
      hasChatTemplate: order.hasChatTemplate ?? false,
      loop: order.loop ?? 'auto',
      ...(order.task === undefined ? {} : { task: order.task }),
    },
    ...(order.policy === undefined ? {} : { policy: order.policy }),
    ...(order.onChange === undefined ? {} : { onChange: order.onChange }),
  });
  made.push(engine);
  return engine;
}

export async function stopEngines(): Promise<void> {
  await Promise.all(made.splice(0).map((engine) => engine.stop({ graceMs: 500 })));
}

/** Resolves with the first stats that satisfy `test`, now or later. */
export function whenStats(engine: SupervisedEngine, test: (stats: EngineStats) => boolean): Promise<EngineStats> {
  const now = engine.stats();
  if (test(now)) return Promise.resolve(now);
  return new Promise((resolve) => {
    const unsubscribe = engine.subscribe((stats) => {
      if (!test(stats)) return;
      unsubscribe();
      resolve(stats);
    });
  });
}

export const GREEDY: Sampling = { temperature: 0, topP: 1 };
export const ask = (content: string): ChatMessage[] => [{ role: 'user', content }];

export interface ReadAnswer {
  events: ChatEvent[];
  text: string;
  finished: Extract<ChatEvent, { kind: 'finished' }>;
}

export async function readAnswer(events: AsyncIterable<ChatEvent>): Promise<ReadAnswer> {
  const read: ChatEvent[] = [];
  for await (const event of events) read.push(event);
  const finished = read.at(-1);
  if (finished?.kind !== 'finished') throw new Error('the answer did not end with "finished"');
  return { events: read, text: read.map((event) => (event.kind === 'text' ? event.text : '')).join(''), finished };
}
