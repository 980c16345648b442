import type { BenchmarkPlan, BenchmarkRow } from '../contract/benchmarks.contract.ts';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import { nativeSettingsOf } from '../engine/measuring/engine-performance.ts';
import { percentilesOf, spreadOf } from '../engine/measuring/spread.ts';
import { measureSpeed, speedThreads } from '../engine/native/measure-speed.ts';
import type { SpeedTest } from '../engine/native/measure-speed.ts';
import { openStreamsMeter } from '../engine/native/measure-streams.ts';
import type { StreamsRun } from '../engine/native/measure-streams.ts';
import { openNativeModel } from '../engine/native/native-model.ts';
import type { NativeModel } from '../engine/native/native-model.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import type { BenchmarkResult } from './benchmark-task.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { openMeasuring, peakRamBytes } from './open-measuring.ts';
import type { Measuring } from './open-measuring.ts';

export interface VersionOrder {
  path: string;
  settings: EngineSettings;
  plan: BenchmarkPlan;
}

interface Work {
  measuring: Measuring;
  model: NativeModel;
  order: VersionOrder;
  task: TaskContext;
}

/**
 * Measures one model file in this process, as planned. Sizes are measured as llama-bench does (batch and micro-batch both as in serving),
 * with the threads of serving: all for prompts, one less for generation. Raises NativeFailure, and the signal's reason.
 */
export async function measureVersion(order: VersionOrder, task: TaskContext): Promise<BenchmarkResult> {
  const { settings, plan } = order;
  task.phase('load');
  const load = watchForeignLoad();
  const measuring = openMeasuring(settings.backend);
  const startedAt = performance.now();
  const model = await openNativeModel(measuring.library, measuring.log, {
    path: order.path,
    settings: { gpuLayers: settings.backend === 'cpu' ? 0 : settings.gpuLayers },
  });
  try {
    openAsServed(model, settings, measuring);
    const loadMs = performance.now() - startedAt;
    task.signal.throwIfAborted();
    const work: Work = { measuring, model, order, task };
    task.phase('warm-up', `${Math.round(loadMs)} ms`);
    if (plan.warmUp) await warmUp(work);
    const rows = [...(await sizes(work, 'prompt', plan.promptSizes)), ...(await sizes(work, 'generation', plan.generationSizes)), ...(await streams(work))];
    return {
      engineRelease: measuring.library.release,
      loadMs,
      peakRamBytes: peakRamBytes(),
      peakVramBytes: measuring.peakVramBytes(),
      rows,
      foreignLoad: load.foreignLoad(),
    };
  } finally {
    model.free();
  }
}

/** The context as serving makes it, so that its memory is asked for and its time is in the load time. */
function openAsServed(model: NativeModel, settings: EngineSettings, measuring: Measuring): void {
  const context = model.createContext({
    contextSize: settings.contextSize * settings.parallelSequences,
    sequences: settings.parallelSequences,
    threads: settings.threads,
    outputsPerSequence: 1,
    fullSlidingWindow: false,
    ...nativeSettingsOf(settings),
  });
  measuring.noteVram();
  context.free();
}

/** Touches every weight once: pages that must be read from the disk first belong to loading and not to a speed. */
async function warmUp(work: Work): Promise<void> {
  for (const test of [{ kind: 'prompt', tokens: 32 }, { kind: 'generation', tokens: 1 }] as const) {
    await measureSpeed(work.measuring.library, work.model, { ...speedOrder(work, test), repeats: 1, warmUp: false });
  }
}

function speedOrder({ order, task }: Work, test: SpeedTest) {
  const { settings, plan } = order;
  return {
    test,
    settings: { ...nativeSettingsOf(settings), threads: speedThreads(test.kind, settings.threads), workerThreads: 'kept' as const },
    repeats: plan.repeats,
    warmUp: plan.warmUp,
    signal: task.signal,
  };
}

async function sizes(work: Work, kind: 'prompt' | 'generation', tokenCounts: readonly number[]): Promise<BenchmarkRow[]> {
  const { measuring, model, order, task } = work;
  if (tokenCounts.length === 0) return [];
  task.phase(kind);
  const rows: BenchmarkRow[] = [];
  const total = tokenCounts.length * order.plan.repeats;
  for (const [at, tokens] of tokenCounts.entries()) {
    const measured = await measureSpeed(measuring.library, model, {
      ...speedOrder(work, { kind, tokens }),
      onRepeat: (_, index) => task.progress(at * order.plan.repeats + index + 1, total, 'steps'),
    });
    measuring.noteVram();
    const counts = kind === 'prompt' ? { promptTokens: tokens, outputTokens: 0 } : { promptTokens: 0, outputTokens: tokens };
    rows.push({ test: kind, ...counts, streams: 1, tokensPerSecond: spreadOf(measured), ttftMs: null, interTokenMs: null });
  }
  return rows;
}

async function streams({ measuring, model, order, task }: Work): Promise<BenchmarkRow[]> {
  const { plan, settings } = order;
  if (plan.streams.length === 0) return [];
  task.phase('streams');
  const rows: BenchmarkRow[] = [];
  const total = plan.streams.length * plan.repeats;
  for (const [at, count] of plan.streams.entries()) {
    const meter = openStreamsMeter(measuring.library, model, {
      streams: count,
      promptTokens: plan.streamPromptTokens,
      outputTokens: plan.streamOutputTokens,
      settings: { ...nativeSettingsOf(settings), threads: settings.threads },
      signal: task.signal,
    });
    try {
      if (plan.warmUp) await meter.measure();
      const runs: StreamsRun[] = [];
      for (let index = 0; index < plan.repeats; index += 1) {
        runs.push(await meter.measure());
        task.progress(at * plan.repeats + index + 1, total, 'steps');
      }
      measuring.noteVram();
      rows.push({
        test: 'streams',
        promptTokens: plan.streamPromptTokens,
        outputTokens: plan.streamOutputTokens,
        streams: count,
        tokensPerSecond: spreadOf(runs.map((run) => run.tokensPerSecond)),
        // Percentiles of all runs' observations together, never of the runs' percentiles.
        ttftMs: percentilesOf(runs.flatMap((run) => run.ttftMs)),
        interTokenMs: percentilesOf(runs.flatMap((run) => run.interTokenMs)),
      });
    } finally {
      meter.free();
    }
  }
  return rows;
}
