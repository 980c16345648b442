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
import { RequestScheduler } from './request-scheduler.ts';
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

let scheduler: RequestScheduler | null = null;
let serving: ServingLoop | null = null;
let loading = false;

const send = (message: FromInference): void => parent.send(message);

function beat(): void {
  send({
    kind: 'beat',
    rssBytes: process.memoryUsage.rss(),
    peakRssBytes: process.resourceUsage().maxRSS * 1024,
    activeRequests: scheduler?.activeRequests ?? 0,
    queuedRequests: scheduler?.queuedRequests ?? 0,
    promptTokens: scheduler?.promptTokens ?? 0,
    outputTokens: scheduler?.outputTokens ?? 0,
  });
}
setInterval(beat, BEAT_INTERVAL_MS);

/** The native loop where it can be used, else the library's; what was opened, and why it is not the native one. */
async function open(order: LoadOrder, hooks: LoadHooks): Promise<{ engine: OpenedEngine; loop: LoadReport['loop'] }> {
  let problem: string | null = null;
  if (order.loop === 'auto') {
    try {
      return { engine: await openNativeEngine(library, order, hooks), loop: { kind: 'native', problem } };
    } catch (error) {
      // Only what is found before anything is loaded: two engines in one process would get into each other's way.
      if (!(error instanceof NativeFailure)) throw error;
      problem = error.message;
    }
  }
  return { engine: await openLibraryEngine(await library, order, hooks), loop: { kind: 'library', problem } };
}

async function load(order: LoadOrder): Promise<void> {
  const startedAt = performance.now();
  let lastProgressAt = 0;
  const { engine, loop } = await open(order, {
    onProgress(fraction) {
      if (performance.now() - lastProgressAt < 100) return;
      lastProgressAt = performance.now();
      send({ kind: 'loading', fraction: Math.min(1, Math.max(0, fraction)) });
    },
    onLog: (line) => console.error(line),
  });
  serving = engine.loop;
  scheduler = new RequestScheduler({
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
  send({ kind: 'ready', report: { ...engine.report, loop, loadMs: performance.now() - startedAt, rssBytes: process.memoryUsage.rss() } });
}

function loadFailed(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const value = error instanceof LoadFailure ? error.value : { code: 'ENGINE_FAILED' as const, data: { reason: 'load-failed', detail } };
  send({ kind: 'loadFailed', error: value });
  parent.exit(1);
}

function requireScheduler(): RequestScheduler {
  if (scheduler === null) throw new Error('something was asked before the model was ready');
  return scheduler;
}

/** Answers one question; what it is refused for goes back as it is. */
function answerCall(callId: number, work: () => FromInference): void {
  try {
    send(work());
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    send({ kind: 'callFailed', callId, error: error.toValue() });
  }
}

parent.onMessage((raw) => {
  const message = toInferenceSchema.parse(raw);
  switch (message.kind) {
    case 'load':
      if (loading) throw new Error('a second load was ordered');
      loading = true;
      load(message).catch(loadFailed);
      break;
    case 'generate':
      requireScheduler().generate(message);
      break;
    case 'count':
      answerCall(message.callId, () => ({ kind: 'counted', callId: message.callId, tokens: requireScheduler().countTokens(message.prompt) }));
      break;
    case 'embed':
      answerCall(message.callId, () => {
        throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-embeddings', detail: '' });
      });
      break;
    case 'rank':
      answerCall(message.callId, () => {
        throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-ranking', detail: '' });
      });
      break;
    case 'abort':
      scheduler?.abort(message.requestId);
      break;
    case 'setAdapters': {
      const { callId, adapters } = message;
      requireScheduler().attach(adapters, (outcome) => send(typeof outcome === 'number' ? { kind: 'adaptersSet', callId, switchMs: outcome } : { kind: 'callFailed', callId, error: outcome }));
      break;
    }
    case 'setThreads':
      serving?.setThreads(message.threads);
      break;
    case 'stop':
      // Native code still computing would crash on the way out: let what runs come to its end first.
      void Promise.resolve(scheduler?.abortAll()).then(() => parent.exit(0));
      break;
    default:
      message satisfies never;
  }
});
