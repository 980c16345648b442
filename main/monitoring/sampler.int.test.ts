import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
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

function samplerWith(options: { intervalMs?: number; machine?: MachineReader; figures?: () => DeploymentFigures[]; bugs?: unknown[]; gpus?: GpuWatch } = {}): Sampler {
  const sampler = createSampler({
    clock: systemClock(),
    machine: options.machine ?? createMachineReader(folder),
    gpus: options.gpus ?? noGpus,
    deploymentFigures: options.figures ?? (() => []),
    reportBug: (error) => options.bugs?.push(error),
    intervalMs: options.intervalMs ?? 20,
  });
  open.push(sampler);
  return sampler;
}

describe('samples of this machine', () => {
  it('fit the contract and tell what the machine tells', async () => {
    const sampler = samplerWith({ intervalMs: 100 });
    sampler.start();
    await delay(450);
    const samples = sampler.history();
    expect(samples.length).toBeGreaterThanOrEqual(3);
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
    await delay(200);
    expect(bugs).toHaveLength(1);
    expect(sampler.history().length).toBeGreaterThan(2);
  });

  it('are not held up by a disk that hangs', async () => {
    const real = createMachineReader(folder);
    const sampler = samplerWith({ machine: { read: real.read, refresh: () => new Promise(() => undefined) } });
    sampler.start();
    await delay(200);
    expect(sampler.history().length).toBeGreaterThan(4);
    expect(sampler.history().at(-1)?.diskFreeBytes).toBeNull();
  });
});

describe('the ticker', () => {
  it('does not drift: time spent on a sample is not added to the interval', async () => {
    const sampler = samplerWith({ intervalMs: 20 });
    let samples = 0;
    sampler.subscribe(() => {
      samples += 1;
      const untilMs = performance.now() + 8;
      while (performance.now() < untilMs) cpus();
    });
    sampler.start();
    await delay(1000);
    // 50 are due; a ticker that waits 20 ms after each 8 ms of work takes at most 36.
    expect(samples).toBeGreaterThan(40);
  });

  it('leaves missed samples out and does not make up for them', async () => {
    const sampler = samplerWith({ intervalMs: 20 });
    sampler.start();
    await delay(50);
    const before = sampler.history().length;
    const untilMs = performance.now() + 400;
    while (performance.now() < untilMs) cpus();
    await delay(45);
    expect(sampler.history().length - before).toBeLessThan(8);
  });

  it('stops when disposed of', async () => {
    const sampler = samplerWith();
    let samples = 0;
    sampler.subscribe(() => (samples += 1));
    sampler.start();
    await delay(100);
    sampler.dispose();
    const before = samples;
    expect(before).toBeGreaterThan(0);
    await delay(100);
    expect(samples).toBe(before);
  });
});

describe('tokens a second', () => {
  it('come from counters, and a restarted engine gives zero, not a negative rate', async () => {
    let promptTokens = 1000;
    let outputTokens = 0;
    const sampler = samplerWith({ intervalMs: 50, figures: () => [{ ...deployment, promptTokens, outputTokens: (outputTokens += 5) }] });
    sampler.start();
    await delay(160);
    promptTokens = 0;
    await delay(160);
    const rates = sampler.history().flatMap(({ deployments }) => deployments);
    expect(rates[0]?.outputTokensPerSecond).toBe(0);
    expect(rates[2]?.outputTokensPerSecond).toBeGreaterThan(40);
    expect(rates[2]?.outputTokensPerSecond).toBeLessThan(140);
    for (const { promptTokensPerSecond } of rates) expect(promptTokensPerSecond).toBe(0);
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
    await delay(400);
    const behind: Sample[] = [];
    for (let index = 0; index < 3; index += 1) {
      const next = await events.next();
      if (next.done !== true && next.value.kind === 'sample') behind.push(next.value.sample);
    }
    const newest = sampler.history().at(-1)?.timeMs ?? 0;
    expect(sampler.history().length).toBeGreaterThan(30);
    expect(newest - (behind[0]?.timeMs ?? 0)).toBeLessThan(200);
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
