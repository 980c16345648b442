import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sampleSchema } from '../contract/monitoring.contract.ts';
import type { Sample } from '../contract/monitoring.contract.ts';
import { systemClock } from '../kernel/clock.ts';
import { createGpuWatch } from './gpu-watch.ts';
import type { GpuWatch } from './gpu-watch.ts';
import { createMachineReader } from './machine-counters.ts';
import type { MachineReader } from './machine-counters.ts';
import { createMonitoringOver } from './monitoring.service.ts';
import { createSampler, HISTORY_SAMPLES } from './sampler.ts';
import type { DeploymentFigures, Sampler } from './sampler.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelward-monitoring-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const open: Sampler[] = [];
afterEach(() => {
  for (const sampler of open.splice(0)) sampler.dispose();
});

const noGpus: GpuWatch = { figures: () => [], dispose: () => undefined };
const deployment: DeploymentFigures = {
  id: 'dep_1', name: 'one', state: 'ready', promptTokens: 0, outputTokens: 0, activeRequests: 0, queuedRequests: 0, errorCount: 0, requestCount: 0, rssBytes: null,
};

function samplerWith(options: { intervalMs?: number; machine?: MachineReader; figures?: () => DeploymentFigures[]; bugs?: unknown[]; time?: ReturnType<typeof virtualTime> } = {}): Sampler {
  const sampler = createSampler({
    clock: options.time?.clock ?? systemClock(),
    machine: options.machine ?? createMachineReader(folder),
    gpus: noGpus,
    deploymentFigures: options.figures ?? (() => []),
    reportBug: (error) => options.bugs?.push(error),
    intervalMs: options.intervalMs ?? 20,
    ...(options.time === undefined ? {} : { timer: options.time.timer }),
  });
  open.push(sampler);
  return sampler;
}

describe('samples of this machine', () => {
  it('fit the contract and tell what the machine tells', async () => {
    const sampler = samplerWith({ intervalMs: 100 });
    sampler.start();
    await expect.poll(() => sampler.history().length, { timeout: 10_000 }).toBeGreaterThanOrEqual(3);
    await expect.poll(() => sampler.history().at(-1)?.diskFreeBytes, { timeout: 10_000 }).toBeGreaterThan(0);
    const samples = sampler.history();
    for (const sample of samples) sampleSchema.parse(sample);
    const last = samples.at(-1);
    expect(last?.memoryUsedBytes).toBeGreaterThan(0);
    expect(last?.memoryUsedBytes).toBeLessThan(last?.memoryTotalBytes ?? 0);
    expect(last?.cpuPercent).toBeGreaterThanOrEqual(0);
    expect(last?.diskFreeBytes).toBeGreaterThan(0);
    if (process.platform === 'linux') expect(last?.networkReceivedBytesPerSecond).not.toBeNull();
  });

  it('go on when one look fails, and the failure is reported', async () => {
    const bugs: unknown[] = [];
    let looks = 0;
    const sampler = samplerWith({
      bugs,
      figures: () => {
        looks += 1;
        if (looks === 2) throw new Error('figures are broken');
        return [];
      },
    });
    sampler.start();
    await expect.poll(() => sampler.history().length, { timeout: 10_000 }).toBeGreaterThan(2);
    expect(bugs).toHaveLength(1);
  });

  it('are not held up by a disk that hangs', async () => {
    const real = createMachineReader(folder);
    const sampler = samplerWith({ machine: { read: real.read, refresh: () => new Promise(() => undefined) } });
    sampler.start();
    await expect.poll(() => sampler.history().length, { timeout: 10_000 }).toBeGreaterThan(4);
    expect(sampler.history().at(-1)?.diskFreeBytes).toBeNull();
  });
});

/** Time that passes only when the test says so, so that a busy machine changes nothing. */
function virtualTime() {
  const due: { atMs: number; callback: () => void }[] = [];
  const time = {
    nowMs: 0,
    timer: {
      nowMs: () => time.nowMs,
      after(delayMs: number, callback: () => void) {
        const entry = { atMs: time.nowMs + delayMs, callback };
        due.push(entry);
        return () => void due.splice(due.indexOf(entry) >>> 0, 1);
      },
    },
    clock: { ...systemClock(), nowMs: () => 1_700_000_000_000 + time.nowMs, monotonicMs: () => time.nowMs },
    runUntil(untilMs: number) {
      for (;;) {
        const next = due.sort((one, other) => one.atMs - other.atMs)[0];
        if (next === undefined || next.atMs > untilMs) break;
        due.shift();
        time.nowMs = Math.max(time.nowMs, next.atMs);
        next.callback();
      }
      time.nowMs = Math.max(time.nowMs, untilMs);
    },
  };
  return time;
}

describe('the ticker', () => {
  it('does not drift: time spent on a sample is not added to the interval', () => {
    const time = virtualTime();
    const sampler = samplerWith({ intervalMs: 1000, time });
    const times: number[] = [];
    sampler.subscribe(() => {
      times.push(time.nowMs);
      time.nowMs += 37; // what a sample and its readers cost
    });
    sampler.start();
    time.runUntil(60_500);
    expect(times).toEqual(Array.from({ length: 60 }, (_, index) => (index + 1) * 1000));
  });

  it('leaves missed samples out and does not make up for them', () => {
    const time = virtualTime();
    const sampler = samplerWith({ intervalMs: 1000, time });
    const times: number[] = [];
    sampler.subscribe(() => {
      times.push(time.nowMs);
      if (times.length === 2) time.nowMs += 3700; // the process was held up
    });
    sampler.start();
    time.runUntil(8000);
    expect(times).toEqual([1000, 2000, 6000, 7000, 8000]);
  });

  it('stops when disposed of', async () => {
    const sampler = samplerWith();
    let samples = 0;
    sampler.subscribe(() => (samples += 1));
    sampler.start();
    await expect.poll(() => samples, { timeout: 10_000 }).toBeGreaterThan(0);
    sampler.dispose();
    const before = samples;
    await delay(100);
    expect(samples).toBe(before);
  });
});

describe('tokens a second', () => {
  it('come from counters, and a restarted engine gives zero, not a negative rate', () => {
    const time = virtualTime();
    let promptTokens = 1000;
    const sampler = samplerWith({ intervalMs: 1000, time, figures: () => [{ ...deployment, promptTokens, outputTokens: time.nowMs / 20 }] });
    sampler.start();
    time.runUntil(2500);
    promptTokens = 0;
    time.runUntil(4500);
    const rates = sampler.history().flatMap(({ deployments }) => deployments);
    expect(rates.map(({ outputTokensPerSecond }) => outputTokensPerSecond)).toEqual([0, 50, 50, 50]);
    expect(rates.map(({ promptTokensPerSecond }) => promptTokensPerSecond)).toEqual([0, 0, 0, 0]);
  });
});

describe('live', () => {
  const serviceOver = (sampler: Sampler) => createMonitoringOver(() => sampler, () => sampler);

  it('gives the history first, then each sample once, and ends with the signal', async () => {
    const sampler = samplerWith();
    sampler.start();
    await delay(100);
    const stop = new AbortController();
    const seen: number[] = [];
    let kinds = '';
    for await (const event of serviceOver(sampler).live({ signal: stop.signal })) {
      kinds += event.kind[0];
      if (event.kind === 'history') seen.push(...event.samples.map(({ timeMs }) => timeMs));
      else seen.push(event.sample.timeMs);
      if (kinds.length === 5) stop.abort();
    }
    expect(kinds).toBe('hssss');
    expect(seen).toEqual([...new Set(seen)].sort((one, other) => one - other));
  });

  it('ends for a reader that is waiting when the signal aborts', async () => {
    const sampler = samplerWith({ intervalMs: 60_000 });
    const stop = new AbortController();
    const events = serviceOver(sampler).live({ signal: stop.signal });
    await events.next();
    const waiting = events.next();
    stop.abort();
    expect(await waiting).toEqual({ done: true, value: undefined });
  });

  it('drops samples for a reader that is slow', async () => {
    const sampler = samplerWith({ intervalMs: 5 });
    const stop = new AbortController();
    const events = serviceOver(sampler).live({ signal: stop.signal });
    await events.next();
    await expect.poll(() => sampler.history().length, { timeout: 10_000 }).toBeGreaterThan(40);
    const behind: Sample[] = [];
    for (let index = 0; index < 3; index += 1) {
      const next = await events.next();
      if (next.done !== true && next.value.kind === 'sample') behind.push(next.value.sample);
    }
    const samplesAfter = sampler.history().filter(({ timeMs }) => timeMs > (behind[0]?.timeMs ?? 0)).length;
    expect(samplesAfter).toBeLessThan(20); // the forty before were dropped, all but the last few
    stop.abort();
    expect((await events.next()).done).toBe(true);
  });

  it('keeps ten minutes and no more', async () => {
    const sampler = samplerWith({ intervalMs: 1, machine: { read: createMachineReader(folder).read, refresh: async () => undefined } });
    sampler.start();
    await expect.poll(() => sampler.history().length, { timeout: 15_000 }).toBe(HISTORY_SAMPLES);
    await delay(30);
    expect(sampler.history()).toHaveLength(HISTORY_SAMPLES);
  });
});

describe.skipIf(process.platform === 'win32')('GPUs', () => {
  it('are followed through one long-running nvidia-smi, which ends with the watch', async () => {
    const program = join(folder, 'fake-nvidia-smi');
    writeFileSync(program, '#!/bin/sh\necho $$ > "$0.pid"\nwhile true; do echo "1, Second, 20, 10, 100, 40"; echo "0, First, [N/A], 5, 50, 30"; sleep 1; done\n');
    chmodSync(program, 0o755);
    const watch = createGpuWatch({ nvidiaSmi: program, drmFolder: '/nowhere' });
    await expect.poll(() => watch.figures(0).length, { timeout: 5000 }).toBe(2);
    expect(watch.figures(0).map(({ name, utilizationPercent }) => [name, utilizationPercent])).toEqual([['First', null], ['Second', 20]]);
    watch.dispose();
  });
  it('are none where there is no such program', async () => {
    const watch = createGpuWatch({ nvidiaSmi: join(folder, 'not-there'), platform: 'linux', drmFolder: '/nowhere' });
    await delay(100);
    expect(watch.figures(0)).toEqual([]);
    watch.dispose();
  });
  it('of AMD are read from the kernel', () => {
    const watch = createGpuWatch({ nvidiaSmi: join(folder, 'not-there'), platform: 'linux', drmFolder: amdFolder() });
    expect(watch.figures(0)).toEqual([{ name: 'AMD GPU', utilizationPercent: 12, memoryUsedBytes: 1000, memoryTotalBytes: 5000, temperatureCelsius: 47.5 }]);
    watch.dispose();
  });
});

function amdFolder(): string {
  const root = mkdtempSync(join(folder, 'drm-'));
  const device = join(root, 'card0', 'device');
  mkdirSync(join(device, 'hwmon', 'hwmon3'), { recursive: true });
  writeFileSync(join(device, 'gpu_busy_percent'), '12\n');
  writeFileSync(join(device, 'mem_info_vram_used'), '1000\n');
  writeFileSync(join(device, 'mem_info_vram_total'), '5000\n');
  writeFileSync(join(device, 'hwmon', 'hwmon3', 'temp1_input'), '47500\n');
  return root;
}
