import type { EngineSettings } from '../contract/deployments.contract.ts';
import { nativeSettingsOf } from '../engine/measuring/engine-performance.ts';
import { autoTune, TrialProblem } from '../engine/native/auto-tune.ts';
import type { SpeedKind, Speeds } from '../engine/native/compare-speeds.ts';
import { openSpeedMeter, speedThreads } from '../engine/native/measure-speed.ts';
import type { SpeedMeter, SpeedTest } from '../engine/native/measure-speed.ts';
import { NativeFailure } from '../engine/native/native-failure.ts';
import { openNativeModel } from '../engine/native/native-model.ts';
import type { NativeModel } from '../engine/native/native-model.ts';
import type { TaskContext } from '../kernel/processes/serve-task.ts';
import type { BenchmarkRequest, TuneResult } from './benchmark-task.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { openMeasuring } from './open-measuring.ts';
import type { Measuring } from './open-measuring.ts';

type TuneRequest = Extract<BenchmarkRequest, { kind: 'tune' }>;

/** Share of the budget a single measurement of one kind may take: a search has some sixty to a hundred of them. */
const measurementShare = 1 / 150;
const mostPromptTokens = 2048;
const fewestPromptTokens = 64;
const mostGenerationTokens = 64;
const fewestGenerationTokens = 8;
/** Contexts held open at the same time: the best so far and the one that is tried, for both kinds. */
const openMeters = 4;

/**
 * Finds the settings for one model file in this process. Measures with threads made for each graph, as node-llama-cpp serves.
 * Raises NativeFailure where not even the default runs, and the signal's reason.
 */
export async function tuneVersion(request: TuneRequest, task: TaskContext): Promise<TuneResult> {
  task.phase('load');
  const load = watchForeignLoad();
  const measuring = openMeasuring(request.settings.backend);
  const startedAt = performance.now();
  const bench = new TuningBench(request, measuring, task.signal);
  try {
    const tests = await bench.chooseSizes();
    const outcome = await autoTune({
      space: {
        settings: request.settings,
        goal: request.goal,
        maxThreads: request.maxThreads,
        maxGpuLayers: request.maxGpuLayers,
        allowSmallerKv: request.allowSmallerKv,
        promptTokens: tests.prompt.tokens,
      },
      budgetMs: request.budgetMs,
      nowMs: () => performance.now(),
      measure: (settings, kinds) => bench.measure(settings, kinds),
      onPhase: (phase) => task.phase(phase),
      onProgress: (share, { trials, best }) => {
        // Read by the screen that follows it: settings tried, best so far over the default.
        task.about(`${trials} ${best.toFixed(3)}`);
        task.progress(Math.round(share * 1000), 1000, 'steps');
      },
    });
    return { engineRelease: measuring.library.release, durationMs: performance.now() - startedAt, foreignLoad: load.foreignLoad(), ...outcome };
  } finally {
    bench.free();
  }
}

/** One model with the contexts that are being compared. */
class TuningBench {
  private readonly request: TuneRequest;
  private readonly measuring: Measuring;
  private readonly signal: AbortSignal;
  private model: { gpuLayers: number; loaded: NativeModel } | null = null;
  /** By settings and kind; the one used longest ago first. */
  private readonly meters = new Map<string, SpeedMeter>();
  private tests: Record<SpeedKind, SpeedTest> = { prompt: { kind: 'prompt', tokens: fewestPromptTokens }, generation: { kind: 'generation', tokens: fewestGenerationTokens } };

  constructor(request: TuneRequest, measuring: Measuring, signal: AbortSignal) {
    this.request = request;
    this.measuring = measuring;
    this.signal = signal;
  }

  /** As long as the budget allows, so that noise matters less; no longer than the context. */
  async chooseSizes(): Promise<Record<SpeedKind, SpeedTest>> {
    const { settings, budgetMs } = this.request;
    await this.measure(settings, ['prompt', 'generation']); // the first run reads pages from the disk
    const { prompt = 0, generation = 0 } = await this.measure(settings, ['prompt', 'generation']);
    this.closeMeters();
    const seconds = (budgetMs * measurementShare) / 1000;
    const most = Math.max(fewestPromptTokens, Math.min(mostPromptTokens, settings.contextSize));
    // A power of two, so that batches of one divide it.
    const promptTokens = 2 ** Math.round(Math.log2(Math.min(most, Math.max(fewestPromptTokens, prompt * seconds))));
    const generationTokens = Math.round(Math.min(mostGenerationTokens, Math.max(fewestGenerationTokens, generation * seconds)));
    this.tests = { prompt: { kind: 'prompt', tokens: Math.min(most, promptTokens) }, generation: { kind: 'generation', tokens: generationTokens } };
    return this.tests;
  }

  async measure(settings: EngineSettings, kinds: readonly SpeedKind[]): Promise<Speeds> {
    const speeds: Speeds = {};
    try {
      for (const kind of kinds) {
        const meter = await this.meterFor(settings, kind);
        speeds[kind] = await meter.measure();
      }
    } catch (error) {
      if (error instanceof NativeFailure && error.reason !== 'library-missing' && error.reason !== 'layout-changed') throw new TrialProblem(error.message, error);
      throw error;
    }
    return speeds;
  }

  free(): void {
    this.closeMeters();
    this.model?.loaded.free();
    this.model = null;
  }

  private async meterFor(settings: EngineSettings, kind: SpeedKind): Promise<SpeedMeter> {
    const model = await this.modelWith(settings.gpuLayers);
    const native = { ...nativeSettingsOf(settings), threads: speedThreads(kind, settings.threads) };
    const key = JSON.stringify([kind, native]);
    let meter = this.meters.get(key);
    if (meter === undefined) {
      meter = openSpeedMeter(this.measuring.library, model, { test: this.tests[kind], settings: { ...native, workerThreads: 'per-graph' }, signal: this.signal });
      await meter.warmUp();
    }
    this.meters.delete(key);
    this.meters.set(key, meter);
    for (const [old, oldest] of this.meters) {
      if (this.meters.size <= openMeters) break;
      oldest.free();
      this.meters.delete(old);
    }
    return meter;
  }

  /** Layers are placed when the model is loaded: another number means loading it again. */
  private async modelWith(gpuLayers: number): Promise<NativeModel> {
    if (this.model?.gpuLayers === gpuLayers) return this.model.loaded;
    this.free();
    const { path, settings } = this.request;
    const loaded = await openNativeModel(this.measuring.library, this.measuring.log, { path, settings: { gpuLayers: settings.backend === 'cpu' ? 0 : gpuLayers } });
    this.model = { gpuLayers, loaded };
    return loaded;
  }

  private closeMeters(): void {
    for (const meter of this.meters.values()) meter.free();
    this.meters.clear();
  }
}
