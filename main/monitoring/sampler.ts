import type { DeploymentState } from '../contract/deployments.contract.ts';
import type { Sample } from '../contract/monitoring.contract.ts';
import type { Clock } from '../kernel/clock.ts';
import type { GpuWatch } from './gpu-watch.ts';
import type { MachineReader } from './machine-counters.ts';
import { createCpuMeter, createRateMeter } from './rate.ts';
import type { RateMeter } from './rate.ts';

/** How a deployment stands; token counters only ever grow. */
export interface DeploymentFigures {
  id: string;
  name: string;
  state: DeploymentState;
  promptTokens: number;
  outputTokens: number;
  activeRequests: number;
  queuedRequests: number;
  errorCount: number;
  requestCount: number;
  rssBytes: number | null;
}

export interface SamplerDependencies {
  clock: Clock;
  machine: MachineReader;
  gpus: GpuWatch;
  deploymentFigures: () => readonly DeploymentFigures[];
  /** A look that failed; the samples go on. */
  reportBug: (error: unknown, where: string) => void;
  intervalMs?: number;
  /** For tests: time that passes when they say so. */
  timer?: Timer;
}

/** Time for the ticker; `after` returns what calls it off. */
export interface Timer {
  nowMs(): number;
  after(delayMs: number, callback: () => void): () => void;
}

const realTimer: Timer = {
  nowMs: () => performance.now(),
  after(delayMs, callback) {
    const timeout = setTimeout(callback, delayMs);
    timeout.unref(); // a ticker keeps no process alive
    return () => clearTimeout(timeout);
  },
};

/** One sample a second, the last ten minutes of them kept. */
export interface Sampler {
  readonly intervalMs: number;
  start(): void;
  /** Oldest first. */
  history(): Sample[];
  subscribe(listener: (sample: Sample) => void): () => void;
  dispose(): void;
}

export const HISTORY_SAMPLES = 600;
const DEFAULT_INTERVAL_MS = 1000;
/** What is slow to find out is asked this often. */
const REFRESH_MS = 5000;

export function createSampler(dependencies: SamplerDependencies): Sampler {
  const { clock, machine, gpus, deploymentFigures, reportBug, intervalMs = DEFAULT_INTERVAL_MS, timer = realTimer } = dependencies;
  const ring: Sample[] = [];
  const listeners = new Set<(sample: Sample) => void>();
  const cpu = createCpuMeter();
  const rates = { read: createRateMeter(), write: createRateMeter(), received: createRateMeter(), sent: createRateMeter() };
  const tokens = new Map<string, { prompt: RateMeter; output: RateMeter }>();
  let callOff: (() => void) | null = null;
  let startedMs = 0;
  let ticks = 0;
  let refreshedMs = Number.NEGATIVE_INFINITY;
  let refreshing = false;
  let disposed = false;

  const rateOf = (meter: RateMeter, total: number | null, timeMs: number): number | null => (total === null ? null : meter.next(total, timeMs));

  const deploymentsNow = (timeMs: number): Sample['deployments'] => {
    const figures = deploymentFigures();
    const present = new Set(figures.map(({ id }) => id));
    for (const id of tokens.keys()) if (!present.has(id)) tokens.delete(id);
    return figures.map(({ promptTokens, outputTokens, ...rest }) => {
      const meters = tokens.get(rest.id) ?? { prompt: createRateMeter(), output: createRateMeter() };
      tokens.set(rest.id, meters);
      return {
        ...rest,
        promptTokensPerSecond: meters.prompt.next(promptTokens, timeMs) ?? 0,
        outputTokensPerSecond: meters.output.next(outputTokens, timeMs) ?? 0,
      };
    });
  };

  const take = (): Sample => {
    const timeMs = clock.monotonicMs();
    const now = machine.read();
    return {
      timeMs: Math.round(clock.nowMs()),
      cpuPercent: cpu(now.cpus),
      memoryUsedBytes: now.memoryUsedBytes,
      memoryTotalBytes: now.memoryTotalBytes,
      diskReadBytesPerSecond: rateOf(rates.read, now.diskReadBytes, timeMs),
      diskWriteBytesPerSecond: rateOf(rates.write, now.diskWriteBytes, timeMs),
      diskFreeBytes: now.diskFreeBytes,
      diskTotalBytes: now.diskTotalBytes,
      networkReceivedBytesPerSecond: rateOf(rates.received, now.networkReceivedBytes, timeMs),
      networkSentBytesPerSecond: rateOf(rates.sent, now.networkSentBytes, timeMs),
      gpus: gpus.figures(timeMs),
      deployments: deploymentsNow(timeMs),
    };
  };

  /** Beside the ticks and never twice at once: a disk that hangs holds up its own figures only. */
  const refreshSometimes = (): void => {
    if (refreshing || timer.nowMs() - refreshedMs < REFRESH_MS) return;
    refreshing = true;
    machine
      .refresh()
      .catch((error: unknown) => reportBug(error, 'monitoring refresh'))
      .finally(() => {
        refreshing = false;
        refreshedMs = timer.nowMs();
      });
  };

  /** Each tick is due at a multiple of the interval after the start, so that lateness does not add up; missed ones are left out. */
  const schedule = (): void => {
    if (disposed) return;
    const elapsedMs = timer.nowMs() - startedMs;
    ticks = Math.max(ticks + 1, Math.ceil(elapsedMs / intervalMs));
    callOff = timer.after(Math.max(0, startedMs + ticks * intervalMs - timer.nowMs()), tick);
  };
  const tick = (): void => {
    try {
      const sample = take();
      ring.push(sample);
      if (ring.length > HISTORY_SAMPLES) ring.shift();
      for (const listener of listeners) listener(sample);
      refreshSometimes();
    } catch (error) {
      reportBug(error, 'monitoring sample');
    }
    schedule();
  };

  return {
    intervalMs,
    start() {
      if (callOff !== null || disposed) return;
      startedMs = timer.nowMs();
      refreshSometimes();
      cpu(machine.read().cpus);
      schedule();
    },
    history: () => [...ring],
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    dispose() {
      disposed = true;
      callOff?.();
      listeners.clear();
      gpus.dispose();
    },
  };
}
