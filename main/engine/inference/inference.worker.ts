import { openParentPort } from '../../kernel/processes/parent-port.ts';
import { AdapterSwitch } from './adapter-switch.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import { skipBindingTestProcess } from './in-process-binding-test.ts';
import { BEAT_INTERVAL_MS, toInferenceSchema } from './inference-protocol.ts';
import type { FromInference, LoadReport } from './inference-protocol.ts';
import { LoadFailure, loadModel } from './load-model.ts';
import type { LoadOrder } from './load-model.ts';
import { resolvePromptFormat, vocabularyOf } from './prompt-format.ts';
import { RequestScheduler } from './request-scheduler.ts';
import { SequencePool } from './sequence-pool.ts';
import { ThreadGovernor } from './thread-governor.ts';

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
let threads: ThreadGovernor | null = null;
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

async function load(order: LoadOrder): Promise<void> {
  const startedAt = performance.now();
  let lastProgressAt = 0;
  const loaded = await loadModel(await library, order, {
    onProgress(fraction) {
      if (performance.now() - lastProgressAt < 100) return;
      lastProgressAt = performance.now();
      send({ kind: 'loading', fraction: Math.min(1, Math.max(0, fraction)) });
    },
    onLog: (line) => console.error(line),
  });
  const { llama, model, context } = loaded;
  const pool = new SequencePool(context);
  const adapters = new AdapterSwitch({ context, pool, explain: loaded.explain });
  await adapters.switchTo(order.adapters).catch((error: unknown) => {
    throw error instanceof ExpectedError ? new LoadFailure(error.toValue(), error) : error;
  });
  const format = resolvePromptFormat(await library, vocabularyOf(model), order.hasChatTemplate);
  const governor = new ThreadGovernor(llama, order.settings.threads);
  threads = governor;
  scheduler = new RequestScheduler({
    name: order.name,
    model,
    pool,
    adapters,
    format,
    threads: governor,
    maxOutputTokens: order.maxOutputTokens,
    queueLimit: order.queueLimit,
    attached: order.adapters,
    send: (message) => {
      // Whoever reads the end of an answer finds its tokens counted.
      if (message.kind === 'event' && message.event.kind === 'finished') beat();
      send(message);
    },
  });
  const report: LoadReport = {
    loadMs: performance.now() - startedAt,
    rssBytes: process.memoryUsage.rss(),
    gpuLayers: model.gpuLayers,
    deviceNames: loaded.deviceNames,
    contextSize: context.contextSize,
    parallelSequences: context.totalSequences,
    chatFormat: format.report,
  };
  send({ kind: 'ready', report });
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

function loadFailed(error: unknown): void {
  const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const value = error instanceof LoadFailure ? error.value : { code: 'ENGINE_FAILED' as const, data: { reason: 'load-failed', detail } };
  send({ kind: 'loadFailed', error: value });
  parent.exit(1);
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
      threads?.setBudget(message.threads);
      break;
    case 'stop':
      // Native code still computing would crash on the way out: let what runs come to its end first.
      void Promise.resolve(scheduler?.abortAll()).then(() => parent.exit(0));
      break;
    default:
      message satisfies never;
  }
});
