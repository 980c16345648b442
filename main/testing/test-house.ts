import { randomBytes } from 'node:crypto';
import { createSessions, createSignInGuard } from '../accounts/index.ts';
import type { HardwareService } from '../engine/hardware/hardware.service.ts';
import { createHardwareService } from '../engine/hardware/hardware.service.ts';
import { readMachine } from '../engine/hardware/machine.ts';
import type { Machine } from '../engine/hardware/machine.ts';
import type { Clock } from '../kernel/clock.ts';
import { systemClock } from '../kernel/clock.ts';
import { layoutOf } from '../kernel/data-folder/layout.ts';
import { createEventBus } from '../kernel/event-bus.ts';
import { newInteraction } from '../kernel/interaction.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { openHouse } from '../open-house.ts';
import type { House } from '../open-house.ts';
import { until } from './test-application.ts';

export interface TestHouse {
  house: House;
  hardware: HardwareService;
  /** Ada, an administrator; one interaction for each call, as the router makes them. */
  ada(signal?: AbortSignal): Interaction;
  /** Moves the monotonic and the wall clock on. */
  advance(milliseconds: number): void;
  /** Engine processes started so far. */
  readonly engineStarts: number;
  /** Errors that nobody foresaw. */
  readonly bugs: unknown[];
  importModel(path: string, name: string): Promise<string>;
  close(): Promise<void>;
}

/** Everything behind the router with a clock that is moved by hand and a machine whose memory is what the test says. */
export async function openTestHouse({ machine }: { machine?: (own: Machine) => Partial<Machine> } = {}): Promise<TestHouse> {
  const folder = temporaryFolder('house');
  const real = systemClock();
  let ahead = 0;
  const clock: Clock = { bootId: real.bootId, nowMs: () => real.nowMs() + ahead, monotonicMs: () => real.monotonicMs() + ahead };
  const bugs: unknown[] = [];
  const reportBug = (error: unknown): string => {
    bugs.push(error);
    return 'ref';
  };
  const layout = layoutOf(folder.path);
  const start = createNodeProcessStarter();
  let engineStarts = 0;
  const ports = {
    host: 'console' as const,
    appVersion: '0.0.0-test',
    startProcess: ((order) => {
      if (order.serviceName.startsWith('modelward-engine')) engineStarts += 1;
      return start(order);
    }) as typeof start,
    resolveWorker: resolveWorkerSource,
    keychain: null,
    chooseFile: null,
    saveFile: null,
    systemLanguage: 'en' as const,
    fixedDataFolder: folder.path,
    commandLine: null,
    servesModels: false,
  };
  const hardware = createHardwareService({
    ...ports,
    readMachine: async () => {
      const own = await readMachine();
      return { ...own, ...machine?.(own) };
    },
  });
  const house = await openHouse({
    ports,
    layout,
    key: randomBytes(32),
    expectedSalt: null,
    clock,
    events: createEventBus(reportBug),
    guard: createSignInGuard(layout.signInGuard, clock),
    sessions: createSessions(clock, () => undefined),
    hardware,
    reportBug,
  });
  const ada = (signal?: AbortSignal): Interaction => newInteraction({ kind: 'person', id: 'per_ada', name: 'Ada', role: 'administrator' }, { host: 'console', address: '127.0.0.1' }, signal);
  return {
    house,
    hardware,
    ada,
    advance: (milliseconds) => void (ahead += milliseconds),
    get engineStarts() {
      return engineStarts;
    },
    bugs,
    async importModel(path, name) {
      const { jobId } = house.models.import(ada(), { source: { kind: 'path', path }, target: { kind: 'new-model', name }, notes: '' });
      const job = await until(async () => {
        const view = house.jobs.get(jobId);
        return view.state === 'queued' || view.state === 'running' ? null : view;
      }, 60_000);
      if (job.result === null) throw new Error(`${job.state} ${JSON.stringify(job.error)}`);
      return job.result.objectId;
    },
    async close() {
      await house.close();
      folder.remove();
    },
  };
}
