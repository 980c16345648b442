import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backendViewSchema, hardwareViewSchema } from '../../contract/system.contract.ts';
import type { Backend, HardwareView } from '../../contract/system.contract.ts';
import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { createHardwareService } from './hardware.service.ts';

/** A probe that behaves as the test says: one entry for each backend, looked up in a JSON file beside it. */
const scriptedProbe = `
import { readFileSync } from 'node:fs';
const backend = process.env.MODELWARD_PROBE_BACKEND;
const script = JSON.parse(readFileSync(new URL('./script.json', import.meta.url), 'utf8'))[backend];
const one = { kind: 'found', backend, release: 'v9', deviceNames: [], totalBytes: 0, freeBytes: 0, sharedBytes: 0, detail: '' };
const visible = process.env.CUDA_VISIBLE_DEVICES ?? process.env.GGML_VK_VISIBLE_DEVICES;
if (script === 'hang') setInterval(() => {}, 1000);
else if (script === 'crash') { process.stderr.write('GGML_ASSERT: driver exploded\\n'); process.abort(); }
else if (script === 'nonsense') process.send('hello', () => process.exit(0));
else {
  const devices = visible === undefined ? script.filter((device) => !device.hidden) : [script[Number(visible)]];
  if (devices[0] === undefined && visible !== undefined) process.exit(1);
  const sum = (key) => devices.reduce((total, device) => total + (device[key] ?? 0), 0);
  process.send({ ...one, deviceNames: devices.map((device) => device.name), totalBytes: sum('total'), freeBytes: sum('free'), sharedBytes: sum('shared') }, () => process.exit(0));
}
`;

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'modelward-probe-'));
  writeFileSync(join(folder, 'probe.mjs'), scriptedProbe);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface ScriptedDevice {
  name: string;
  total: number;
  free: number;
  shared?: number;
  /** Seen only when named by its index. */
  hidden?: boolean;
}
type Script = Partial<Record<Backend, 'hang' | 'crash' | 'nonsense' | ScriptedDevice[]>>;

async function lookScripted(script: Script, timeoutMs = 10_000): Promise<HardwareView> {
  writeFileSync(join(folder, 'script.json'), JSON.stringify({ cpu: [], cuda: [], vulkan: [], ...script }));
  const service = createHardwareService({
    startProcess: createNodeProcessStarter(),
    resolveWorker: () => join(folder, 'probe.mjs'),
    timeoutMs,
    platform: 'linux',
    arch: 'x64',
  });
  return service.look();
}

const viewOf = (view: HardwareView, backend: Backend) => backendViewSchema.parse(view.backends.find((one) => one.backend === backend));

describe('a real look at this machine', () => {
  const service = createHardwareService({
    startProcess: createNodeProcessStarter(),
    resolveWorker: (name) => fileURLToPath(new URL(`./${name}.worker.ts`, import.meta.url)),
  });
  it('reports every backend, finds the CPU and remembers the answer', async () => {
    expect(service.latest()).toBeNull();
    const [first, second] = await Promise.all([service.look(), service.look({ refresh: true })]);
    expect(second).toBe(first); // looks that overlap share one
    const view = hardwareViewSchema.parse(first);
    expect(view.backends.map(({ backend }) => backend)).toEqual(['cpu', 'cuda', 'vulkan', 'metal']);
    expect(viewOf(view, 'cpu')).toMatchObject({ available: true, reason: null });
    expect(view.engineRelease).toMatch(/\d/);
    expect(view.usableCores).toBeLessThanOrEqual(view.physicalCores);
    expect(view.ramAvailableBytes).toBeGreaterThan(0);
    expect(view.ramAvailableBytes).toBeLessThanOrEqual(view.ramTotalBytes);
    for (const backend of view.backends) expect(backend.available).toBe(backend.reason === null);
    expect((await service.look()).backends).toBe(first.backends);
    expect(service.latest()?.engineRelease).toBe(view.engineRelease);
  });
});

describe('drivers that misbehave', () => {
  it('leave the other backends’ answers alone when one crashes, and what it said is kept', async () => {
    const view = await lookScripted({ vulkan: 'crash', cuda: [{ name: 'Card', total: 100, free: 90 }] });
    expect(viewOf(view, 'vulkan')).toMatchObject({ available: false, reason: 'load-failed' });
    expect(viewOf(view, 'vulkan').detail).toContain('driver exploded');
    expect(viewOf(view, 'cpu').available).toBe(true);
    expect(viewOf(view, 'cuda').devices).toEqual([{ name: 'Card', totalBytes: 100, freeBytes: 90, sharesRam: false }]);
  });
  it('are ended when they hang', async () => {
    const view = await lookScripted({ vulkan: 'hang' }, 700);
    expect(viewOf(view, 'vulkan')).toMatchObject({ available: false, reason: 'load-failed', detail: 'no answer within 700 ms' });
  });
  it('are not believed when they talk nonsense', async () => {
    expect(viewOf(await lookScripted({ cuda: 'nonsense' }), 'cuda')).toMatchObject({ available: false, reason: 'load-failed' });
  });
});

describe('devices', () => {
  it('says "no device" where a backend loads and finds none', async () => {
    expect(viewOf(await lookScripted({}), 'cuda')).toMatchObject({ available: false, reason: 'no-device', software: false });
  });
  it('names a software renderer that llama.cpp skips', async () => {
    const view = await lookScripted({ vulkan: [{ name: 'llvmpipe (LLVM 15.0.6, 256 bits)', total: 2, free: 2, hidden: true }] });
    expect(viewOf(view, 'vulkan')).toMatchObject({ available: false, reason: 'no-device', software: true });
  });
  it('tells two cards’ memory apart', async () => {
    const cards = [
      { name: 'Same', total: 100, free: 80 },
      { name: 'Same', total: 50, free: 20 },
    ];
    expect(viewOf(await lookScripted({ cuda: cards }), 'cuda').devices).toEqual([
      { name: 'Same', totalBytes: 100, freeBytes: 80, sharesRam: false },
      { name: 'Same', totalBytes: 50, freeBytes: 20, sharesRam: false },
    ]);
  });
  it('leaves an integrated GPU out beside a dedicated one', async () => {
    const both = [
      { name: 'Integrated', total: 1000, free: 1000, shared: 1000 },
      { name: 'Dedicated', total: 50, free: 20 },
    ];
    expect(viewOf(await lookScripted({ vulkan: both }), 'vulkan').devices).toEqual([{ name: 'Dedicated', totalBytes: 50, freeBytes: 20, sharesRam: false }]);
  });
  it('passes over indices that are no device of the list', async () => {
    const cards = [
      { name: 'llvmpipe', total: 7, free: 7, hidden: true },
      { name: 'A', total: 100, free: 80 },
      { name: 'B', total: 50, free: 20 },
    ];
    expect(viewOf(await lookScripted({ vulkan: cards }), 'vulkan').devices.map(({ freeBytes }) => freeBytes)).toEqual([80, 20]);
  });
});
