import type { ErrorValue } from '../../contract/errors.ts';
import { openParentPort } from '../../kernel/processes/parent-port.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { NativeFailure } from '../native/native-failure.ts';
import { skipBindingTestProcess } from './in-process-binding-test.ts';
import { BEAT_INTERVAL_MS, toInferenceSchema } from './inference-protocol.ts';
import type { FromInference, LoadOrder, LoadReport } from './inference-protocol.ts';
import { openLibraryEngine } from './library-loop/open-library-engine.ts';
import { LoadFailure } from './load-failure.ts';
import type { LoadHooks } from './load-failure.ts';
import { openNativeEngine } from './native-loop/open-native-engine.ts';
import type { OpenedEngine } from './opened-engine.ts';
import { openLibraryPooler } from './pooling/open-library-pooler.ts';
import { openNativePooler } from './pooling/open-native-pooler.ts';
import type { Pooled } from './pooling/pooling-scheduler.ts';
import { PoolingScheduler } from './pooling/pooling-scheduler.ts';
import { errorValueOf, RequestScheduler } from './request-scheduler.ts';
import type { ServingLoop } from './serving-loop.ts';

/**
 * Entry of the inference process: one model, loaded as ordered, answering until told to stop or until its parent goes.
 * Only here, and in the files beside it, does the application touch llama.cpp for inference; a native assert ends this
 * process and nothing else.
 */
skipBindingTestProcess();
const parent = openParentPort();
// Begun before the order arrives: reading the library takes as long as all else together.
const library = import('node-llama-cpp');

/** An adapter is made for a model that writes. */
const noAdapters: ErrorValue = { code: 'ADAPTER_REFUSED', data: { reason: 'not-loaded', detail: 'embedding and reranking models take no adapters' } };

/** What is loaded: a model that writes, or one that makes vectors or ranks. */
type Serving = { kind: 'generate'; scheduler: RequestScheduler; loop: ServingLoop } | { kind: 'pool'; scheduler: PoolingScheduler };
let serving: Serving | null = null;
let loading = false;

const send = (message: FromInference): void => parent.send(message);

function beat(): void {
  send({
    kind: 'beat',
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    activeRequests: serving?.scheduler.activeRequests ?? 0,
    queuedRequests: serving?.scheduler.queuedRequests ?? 0,
    promptTokens: serving?.scheduler.promptTokens ?? 0,
    outputTokens: serving?.kind === 'generate' ? serving.scheduler.outputTokens : 0,
  });
}
setInterval(beat, BEAT_INTERVAL_MS);

/** The native engine where it can be used, else the library's; what was opened, and why it is not the native one. */
async function open<Engine>(order: LoadOrder, engines: { native: () => Promise<Engine>; library: () => Promise<Engine> }): Promise<{ engine: Engine; loop: LoadReport['loop'] }> {
  let problem: string | null = null;
  if (order.loop === 'auto') {
    try {
      return { engine: await engines.native(), loop: { kind: 'native', problem } };
    } catch (error) {
      // Only what is found before anything is loaded: two engines in one process would get into each other's way.
      if (!(error instanceof NativeFailure)) throw error;
      problem = error.message;
    }
  }
  return { engine: await engines.library(), loop: { kind: 'library', problem } };
}

async function load(order: LoadOrder): Promise<void> {
  const startedAt = performance.now();
  let lastProgressAt = 0;
  const hooks: LoadHooks = {
    onProgress(fraction) {
      if (performance.now() - lastProgressAt < 100) return;
      lastProgressAt = performance.now();
      send({ kind: 'loading', fraction: Math.min(1, Math.max(0, fraction)) });
    },
    onLog: (line) => console.error(line),
  };
  const { report, loop } = order.task === 'generate' ? await openWriting(order, hooks) : await openPooling(order.task, order, hooks);
  send({ kind: 'ready', report: { ...report, loop, loadMs: performance.now() - startedAt, rssBytes: process.memoryUsage.rss() } });
}

type Opened = Pick<LoadReport, 'loop'> & { report: OpenedEngine['report'] };

async function openWriting(order: LoadOrder, hooks: LoadHooks): Promise<Opened> {
  const { engine, loop } = await open(order, {
    native: () => openNativeEngine(library, order, hooks),
    library: async () => openLibraryEngine(await library, order, hooks),
  });
  const scheduler = new RequestScheduler({
    name: order.name,
    loop: engine.loop,
    adapters: engine.adapters,
    format: engine.format,
    maxOutputTokens: order.maxOutputTokens,
    queueLimit: order.queueLimit,
    attached: order.adapters,
    send: (message) => {
      // Whoever reads the end of an answer finds its tokens counted.
      if (message.kind === 'event' && message.event.kind === 'finished') beat();
      send(message);
    },
  });
  serving = { kind: 'generate', scheduler, loop: engine.loop };
  return { report: engine.report, loop };
}

async function openPooling(task: 'embed' | 'rank', order: LoadOrder, hooks: LoadHooks): Promise<Opened> {
  if (order.adapters.length > 0) throw new LoadFailure(noAdapters);
  const { engine, loop } = await open(order, {
    native: () => openNativePooler(task, order, hooks),
    library: async () => openLibraryPooler(await library, { task, order, hooks }),
  });
  serving = { kind: 'pool', scheduler: new PoolingScheduler({ name: order.name, pooler: engine.pooler, queueLimit: order.queueLimit }) };
  return { report: engine.report, loop };
}

function loadFailed(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const value = error instanceof LoadFailure ? error.value : { code: 'ENGINE_FAILED' as const, data: { reason: 'load-failed', detail } };
  send({ kind: 'loadFailed', error: value });
  parent.exit(1);
}

function requireServing(): Serving {
  if (serving === null) throw new Error('something was asked before the model was ready');
  return serving;
}

/** Raises GENERATION_REFUSED where the model is for something else. */
function requireWriting(): RequestScheduler {
  const loaded = requireServing();
  if (loaded.kind === 'generate') return loaded.scheduler;
  throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-generation', detail: '' });
}

/** Raises GENERATION_REFUSED where the model is for something else. */
function requirePooling(reason: 'no-embeddings' | 'no-ranking'): PoolingScheduler {
  const loaded = requireServing();
  if (loaded.kind === 'pool') return loaded.scheduler;
  throw new ExpectedError('GENERATION_REFUSED', { reason, detail: '' });
}

/** Answers one question; what it is refused for goes back as it is. */
async function answerCall(callId: number, work: () => FromInference | Promise<FromInference>): Promise<void> {
  try {
    send(await work());
  } catch (error) {
    send({ kind: 'callFailed', callId, error: errorValueOf(error) });
  }
}

/** What was computed, its tokens counted before whoever asked hears of it. */
async function pooled(work: Promise<Pooled>): Promise<Pooled> {
  const done = await work;
  beat();
  return done;
}

function base64Of(vector: Float32Array): string {
  return Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength).toString('base64');
}

parent.onMessage((raw) => {
  const message = toInferenceSchema.parse(raw);
  switch (message.kind) {
    case 'load':
      if (loading) throw new Error('a second load was ordered');
      loading = true;
      load(message).catch(loadFailed);
      break;
    case 'generate': {
      const { requestId } = message;
      const loaded = requireServing();
      if (loaded.kind === 'generate') loaded.scheduler.generate(message);
      else send({ kind: 'failed', requestId, error: { code: 'GENERATION_REFUSED', data: { reason: 'no-generation', detail: '' } } });
      break;
    }
    case 'count':
      void answerCall(message.callId, () => ({ kind: 'counted', callId: message.callId, tokens: requireWriting().countTokens(message.prompt) }));
      break;
    case 'embed': {
      const { callId, order } = message;
      void answerCall(callId, async () => {
        const { outputs, promptTokens } = await pooled(requirePooling('no-embeddings').embed(callId, order));
        return { kind: 'embedded', callId, vectors: outputs.map(base64Of), promptTokens };
      });
      break;
    }
    case 'rank': {
      const { callId, order } = message;
      void answerCall(callId, async () => {
        const { outputs, promptTokens } = await pooled(requirePooling('no-ranking').rank(callId, order));
        return { kind: 'ranked', callId, scores: outputs.map(([score = 0]) => score), promptTokens };
      });
      break;
    }
    case 'abort':
      serving?.scheduler.abort(message.requestId);
      break;
    case 'setAdapters': {
      const { callId, adapters } = message;
      const loaded = requireServing();
      if (loaded.kind === 'pool') send(adapters.length === 0 ? { kind: 'adaptersSet', callId, switchMs: 0 } : { kind: 'callFailed', callId, error: noAdapters });
      else loaded.scheduler.attach(adapters, (outcome) => send(typeof outcome === 'number' ? { kind: 'adaptersSet', callId, switchMs: outcome } : { kind: 'callFailed', callId, error: outcome }));
      break;
    }
    case 'setThreads':
      if (serving?.kind === 'generate') serving.loop.setThreads(message.threads);
      else serving?.scheduler.setThreads(message.threads);
      break;
    case 'stop':
      // Native code still computing would crash on the way out: let what runs come to its end first.
      void Promise.resolve(serving?.scheduler.abortAll()).then(() => parent.exit(0));
      break;
    default:
      message satisfies never;
  }
});
