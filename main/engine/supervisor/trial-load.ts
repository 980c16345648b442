import { availableParallelism } from 'node:os';
import { ExpectedError, cancelled } from '../../kernel/errors.ts';
import type { ProcessStarter } from '../../kernel/processes/process-starter.ts';
import type { EngineTask, WeightedAdapter } from '../inference/inference-protocol.ts';
import { superviseEngine } from './engine-supervisor.ts';
import type { SupervisedEngine } from './supervised-engine.ts';

const TRIAL_CONTEXT_SIZE = 512;
const TRIAL_OUTPUT_TOKENS = 8;

export interface TrialLoadOptions {
  startProcess: ProcessStarter;
  /** Absolute path of the inference worker's entry. */
  workerPath: string;
  /** Absolute path of the quarantined file, or of the first part of a split model. */
  modelPath: string;
  /** What the model is for; `generate` by default. */
  task?: EngineTask;
  /** LoRA files to be in effect, with their weights. */
  adapters?: readonly WeightedAdapter[];
  /** For loading and generating together. */
  timeoutMs: number;
  /** Resident memory at which the trial is ended; none by default. */
  memoryLimitBytes?: number;
  signal?: AbortSignal;
}

export interface TrialLoadResult {
  /** From starting the process until it was ready. */
  loadMs: number;
  peakRssBytes: number;
  /** May be less than eight, even 0: a model may end its answer at once, and one for embeddings or rankings writes none. */
  generatedTokens: number;
  /** Why the model's own chat template could not be used; null when it could, or when it has none. */
  chatTemplateProblem: string | null;
}

/**
 * Loads a model once in a process of its own, on the CPU with a small context, lets it do a little of what it is for and ends the
 * process: whatever a hostile or broken file does to llama.cpp, it does it there.
 * Raises TRIAL_LOAD_FAILED with llama.cpp's last words, ADAPTER_REFUSED where it was an adapter that could not be read, or CANCELLED.
 */
export async function trialLoad(options: TrialLoadOptions): Promise<TrialLoadResult> {
  const engine = superviseEngine({
    startProcess: options.startProcess,
    workerPath: options.workerPath,
    spec: {
      name: 'trial',
      modelPath: options.modelPath,
      settings: {
        backend: 'cpu',
        gpuLayers: 0,
        contextSize: TRIAL_CONTEXT_SIZE,
        parallelSequences: 1,
        // One core stays free: the checks of the same import and the rest of the machine go on.
        threads: Math.max(1, Math.min(8, availableParallelism() - 1)),
      },
      limits: { maxOutputTokens: TRIAL_OUTPUT_TOKENS, queueLimit: 0, memoryLimitBytes: options.memoryLimitBytes ?? Number.MAX_SAFE_INTEGER },
      hasChatTemplate: true,
      task: options.task ?? 'generate',
      adapters: options.adapters ?? [],
    },
    policy: { maxRestarts: 0, readyTimeoutMs: options.timeoutMs },
  });
  const deadline = AbortSignal.timeout(options.timeoutMs);
  const signal = options.signal === undefined ? deadline : AbortSignal.any([deadline, options.signal]);
  try {
    return await load(engine, options.task ?? 'generate', signal);
  } catch (error) {
    if (options.signal?.aborted === true) throw cancelled();
    throw failed(error, options.timeoutMs);
  } finally {
    await engine.stop({ graceMs: 500 });
  }
}

async function load(engine: SupervisedEngine, task: EngineTask, signal: AbortSignal): Promise<TrialLoadResult> {
  engine.start();
  await engine.whenReady(signal);
  const generatedTokens = task === 'generate' ? await write(engine, signal) : 0;
  if (task === 'embed') await engine.embed({ inputs: ['Hello'], share: '' }, signal);
  if (task === 'rank') await engine.rank({ query: 'Hello', documents: ['Hello', 'Good night'], share: '' }, signal);
  const { loadMs, peakRssBytes, report } = engine.stats();
  return { loadMs: loadMs ?? 0, peakRssBytes: peakRssBytes ?? 0, generatedTokens, chatTemplateProblem: report?.chatFormat.problem ?? null };
}

async function write(engine: SupervisedEngine, signal: AbortSignal): Promise<number> {
  let generatedTokens = 0;
  let finished = false;
  const sampling = { temperature: 0, topP: 1, maxOutputTokens: TRIAL_OUTPUT_TOKENS };
  for await (const event of engine.chat([{ role: 'user', content: 'Hello' }], sampling, { signal })) {
    if (event.kind !== 'finished') continue;
    generatedTokens = event.usage.outputTokens;
    finished = event.reason !== 'cancelled';
  }
  if (!finished) throw cancelled();
  return generatedTokens;
}

function failed(error: unknown, timeoutMs: number): ExpectedError {
  const timedOut = `${Math.round(timeoutMs / 1000)} s`;
  if (!(error instanceof ExpectedError)) throw error;
  if (error.code === 'CANCELLED') return new ExpectedError('TRIAL_LOAD_FAILED', { reason: timedOut }, { cause: error });
  if (error.code === 'ADAPTER_REFUSED') return error;
  const { code, data } = error.toValue();
  const reason = code === 'ENGINE_FAILED' ? `${String(data['reason'])}: ${String(data['detail'])}` : error.message;
  return new ExpectedError('TRIAL_LOAD_FAILED', { reason }, { cause: error });
}
