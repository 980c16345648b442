import type { Sample } from '../contract/monitoring.contract.ts';
import type { DeploymentsService } from '../deployments/index.ts';
import type { Clock } from '../kernel/clock.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { createGpuWatch } from './gpu-watch.ts';
import { createMachineReader } from './machine-counters.ts';
import { createSampler } from './sampler.ts';
import type { DeploymentFigures, Sampler } from './sampler.ts';

export type LiveEvent = { kind: 'history'; intervalMs: number; samples: Sample[] } | { kind: 'sample'; sample: Sample };

/** The live screen's figures. */
export interface MonitoringService {
  start(): void;
  /**
   * First the samples of the last ten minutes in one piece, then one a second, until the interaction's signal aborts, the
   * reader leaves or the service is disposed of. A reader that cannot keep up loses samples; memory does not grow.
   */
  live(interaction: Pick<Interaction, 'signal'>): AsyncGenerator<LiveEvent, void, void>;
  dispose(): void;
}

export interface MonitoringDependencies {
  /** Whose volume's space and traffic are shown. */
  dataFolder: string;
  deployments: Pick<DeploymentsService, 'figures'>;
  clock: Clock;
  reportBug?: (error: unknown, where: string) => void;
}

/** Samples kept for a reader that is behind. */
const BACKLOG_SAMPLES = 8;

export function createMonitoring({ dataFolder, deployments, clock, reportBug = () => undefined }: MonitoringDependencies): MonitoringService {
  let sampler: Sampler | null = null;
  const make = (): Sampler =>
    createSampler({
      clock,
      machine: createMachineReader(dataFolder),
      gpus: createGpuWatch(),
      deploymentFigures: () => deployments.figures().map(figuresOf),
      reportBug,
    });
  return createMonitoringOver(() => (sampler ??= make()), () => sampler);
}

/** The service over a sampler made on first use: a host that only runs one command never starts a ticker. */
export function createMonitoringOver(sampler: () => Sampler, made: () => Sampler | null): MonitoringService {
  const ended = new AbortController();
  return {
    start: () => sampler().start(),
    async *live({ signal }) {
      const backlog: Sample[] = [];
      let wake: (() => void) | null = null;
      const stop = AbortSignal.any([signal, ended.signal]);
      const source = sampler();
      source.start();
      const leave = source.subscribe((sample) => {
        backlog.push(sample);
        if (backlog.length > BACKLOG_SAMPLES) backlog.shift();
        wake?.();
      });
      const onStop = (): void => wake?.();
      stop.addEventListener('abort', onStop);
      try {
        yield { kind: 'history', intervalMs: source.intervalMs, samples: source.history() };
        while (!stop.aborted) {
          const sample = backlog.shift();
          if (sample !== undefined) {
            yield { kind: 'sample', sample };
            continue;
          }
          await new Promise<void>((resolve) => {
            wake = resolve;
            if (stop.aborted) resolve();
          });
          wake = null;
        }
      } finally {
        leave();
        stop.removeEventListener('abort', onStop);
      }
    },
    dispose() {
      ended.abort();
      made()?.dispose();
    },
  };
}

function figuresOf({ view, stats }: ReturnType<DeploymentsService['figures']>[number]): DeploymentFigures {
  return {
    id: view.id,
    name: view.name,
    state: view.state,
    promptTokens: stats?.promptTokens ?? 0,
    outputTokens: stats?.outputTokens ?? 0,
    activeRequests: view.activeRequests,
    queuedRequests: view.queuedRequests,
    errorCount: view.errorCount,
    requestCount: view.requestCount,
    rssBytes: view.rssBytes,
  };
}
