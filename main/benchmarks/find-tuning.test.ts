import { describe, expect, it } from 'vitest';
import type { HardwareView } from '../contract/system.contract.ts';
import type { TuningRecord } from './benchmarks.store.ts';
import { findTuning, outdatedReason } from './find-tuning.ts';
import { watchForeignLoad } from './foreign-load.ts';
import { machineOf } from './machine-key.ts';

const gpu = { name: 'Card', totalBytes: 8e9, freeBytes: 7e9 };
const hardware: HardwareView = {
  cpuName: 'CPU', physicalCores: 8, usableCores: 8, ramTotalBytes: 16 * 1024 ** 3, ramAvailableBytes: 8e9, engineRelease: 'v0.4.0',
  backends: [
    { backend: 'cpu', available: true, reason: null, detail: '', software: false, devices: [] },
    { backend: 'vulkan', available: true, reason: null, detail: '', software: false, devices: [gpu] },
  ],
};
const trial = { settings: { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 8 }, promptTokensPerSecond: 1, generationTokensPerSecond: 1, score: 1, problem: null } as const;
const tuning: TuningRecord = {
  id: 'tun_2', versionId: 'ver_1', modelName: 'M', versionNumber: 1, quantization: 'Q8_0', machineKey: machineOf(hardware).key, machineName: 'm', engineRelease: '0.4.0-abc', backend: 'cpu',
  goal: 'balanced', atMs: 2, startedBy: 'Ada', budgetMs: 1, durationMs: 1, default: trial, chosen: trial, trials: [], explanation: [], foreignLoad: null,
};

describe('a tuning', () => {
  it('holds while machine and engine stay', () => {
    expect(outdatedReason(tuning, hardware)).toBeNull();
    // Neither memory that is free now nor a little that firmware took is another machine.
    expect(outdatedReason(tuning, { ...hardware, ramAvailableBytes: 1, ramTotalBytes: hardware.ramTotalBytes - 100e6 })).toBeNull();
  });

  it.each<[string, Partial<HardwareView>]>([
    ['processor', { cpuName: 'Other' }],
    ['cores', { usableCores: 4 }],
    ['memory', { ramTotalBytes: 32 * 1024 ** 3 }],
    ['graphics card', { backends: hardware.backends.slice(0, 1) }],
  ])('is outdated with another %s', (_, change) => {
    expect(outdatedReason(tuning, { ...hardware, ...change })).toBe('hardware-changed');
  });

  it('is outdated with another release of the engine, but not while none is known', () => {
    expect(outdatedReason(tuning, { ...hardware, engineRelease: 'v0.5.0' })).toBe('engine-changed');
    expect(outdatedReason(tuning, { ...hardware, engineRelease: '' })).toBeNull();
  });

  it('is found for its backend only, the newest that holds', () => {
    const stored = [{ ...tuning, id: 'tun_4', machineKey: 'elsewhere' }, { ...tuning, id: 'tun_3', backend: 'vulkan' as const }, tuning, { ...tuning, id: 'tun_1' }];
    const store = { tunings: (versionId: string | null) => stored.filter((each) => each.versionId === versionId) };
    expect(findTuning(store, { versionId: 'ver_1', backend: 'cpu', hardware })?.id).toBe('tun_2');
    expect(findTuning(store, { versionId: 'ver_1', backend: 'cuda', hardware })).toBeNull();
    expect(findTuning(store, { versionId: 'ver_9', backend: 'cpu', hardware })).toBeNull();
  });
});

describe('foreign load', () => {
  it('is a share, and unknown where the own time is', () => {
    const watch = watchForeignLoad();
    for (const end = Date.now() + 60; Date.now() < end; ) Math.sqrt(2);
    const share = watch.foreignLoad() ?? 0;
    expect(share).toBeGreaterThanOrEqual(0);
    expect(share).toBeLessThanOrEqual(1);
    expect(watchForeignLoad(() => null).foreignLoad()).toBeNull();
  });

  it('does not count what was done for the measurement itself', () => {
    let own = 0;
    const watch = watchForeignLoad(() => own);
    for (const end = Date.now() + 60; Date.now() < end; ) Math.sqrt(2);
    own = 1e9;
    expect(watch.foreignLoad()).toBe(0);
  });
});
