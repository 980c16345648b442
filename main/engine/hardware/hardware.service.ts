import type { Backend, BackendView, HardwareView } from '../../contract/system.contract.ts';
import type { ProcessStarter, WorkerResolver } from '../../kernel/processes/process-starter.ts';
import { packageNameOf } from './backend-packages.ts';
import { readMachine } from './machine.ts';
import type { Machine } from './machine.ts';
import { probeBackend } from './probe-backend.ts';
import { VISIBLE_DEVICES_VARIABLE } from './probe-protocol.ts';
import type { ProbeAnswer, ProbeFound } from './probe-protocol.ts';

/** What this machine can compute with. */
export interface HardwareService {
  /**
   * Every backend with its devices, or the reason why it is missing. The first look starts one disposable process for
   * each backend of this platform (about 0.7 s together); later looks answer from memory with fresh RAM figures. Looks
   * that overlap share one. Never rejects because of a driver.
   */
  look(options?: { refresh?: boolean }): Promise<HardwareView>;
  /** The last look, or null before the first has ended. */
  latest(): HardwareView | null;
}

export interface HardwareServiceOptions {
  startProcess: ProcessStarter;
  resolveWorker: WorkerResolver;
  /** For one probe process; beyond it the backend counts as "load-failed". */
  timeoutMs?: number;
  /** For tests. */
  platform?: string;
  arch?: string;
  readMachine?: () => Promise<Machine>;
}

const BACKENDS: readonly Backend[] = ['cpu', 'cuda', 'vulkan', 'metal'];
const DEFAULT_TIMEOUT_MS = 15_000;
/** Devices tried one by one at most, when a backend has several. */
const MOST_DEVICES = 16;
/** Vulkan drivers that compute on the CPU and pose as a GPU. */
const SOFTWARE_RENDERER = /llvmpipe|lavapipe|softpipe|swiftshader|software rasterizer|basic render/i;

export function createHardwareService(options: HardwareServiceOptions): HardwareService {
  const machine = options.readMachine ?? readMachine;
  let latest: HardwareView | null = null;
  let running: Promise<HardwareView> | null = null;

  const lookAtAll = async (): Promise<HardwareView> => {
    const [own, found] = await Promise.all([machine(), Promise.all(BACKENDS.map((backend) => lookAtBackend(backend, options)))]);
    const engineRelease = found.map(({ release }) => release).find((release) => release !== '') ?? '';
    return { ...own, backends: found.map(({ view }) => view), engineRelease };
  };

  return {
    look: async ({ refresh = false } = {}) => {
      if (latest !== null && !refresh && running === null) {
        const { ramTotalBytes, ramAvailableBytes } = await machine();
        latest = { ...latest, ramTotalBytes, ramAvailableBytes };
        return latest;
      }
      running ??= lookAtAll().then(
        (view) => {
          running = null;
          latest = view;
          return view;
        },
        (error: unknown) => {
          running = null;
          throw error;
        },
      );
      return running;
    },
    latest: () => latest,
  };
}

type BackendLook = { view: BackendView; release: string };

async function lookAtBackend(backend: Backend, options: HardwareServiceOptions): Promise<BackendLook> {
  const { platform = process.platform, arch = process.arch } = options;
  if (packageNameOf(backend, platform, arch) === null) {
    return { view: missingView(backend, 'other-platform', `${platform}-${arch}`), release: '' };
  }
  const probe = (environment: Record<string, string> = {}): Promise<ProbeAnswer> =>
    probeBackend(backend, {
      startProcess: options.startProcess,
      workerPath: options.resolveWorker('hardware-probe'),
      timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
      environment,
    });
  const answer = await probe();
  if (answer.kind === 'missing') return { view: missingView(backend, answer.reason, answer.detail), release: '' };
  if (backend === 'cpu') return { view: availableView(answer, []), release: answer.release };
  if (answer.deviceNames.length === 0) return { view: await viewWithoutDevice(answer, probe), release: answer.release };
  return { view: availableView(answer, await devicesOf(answer, probe)), release: answer.release };
}

type Probe = (environment?: Record<string, string>) => Promise<ProbeAnswer>;

/** llama.cpp skips software renderers unless one is named; named here only to be able to say that there is one. */
async function viewWithoutDevice(answer: ProbeFound, probe: Probe): Promise<BackendView> {
  const view = missingView(answer.backend, 'no-device', answer.detail);
  if (answer.backend !== 'vulkan') return view;
  const named = await probe({ [VISIBLE_DEVICES_VARIABLE.vulkan]: '0' });
  if (named.kind !== 'found' || !isSoftware(named.deviceNames)) return view;
  return { ...view, software: true, detail: named.deviceNames.join('\n') };
}

interface Device {
  name: string;
  totalBytes: number;
  freeBytes: number;
  sharesRam: boolean;
}

/**
 * The devices llama.cpp would use, each with its own memory. node-llama-cpp tells only the sum, so several devices are
 * asked one by one in processes that can see no other; where that does not come out even, the sum is shared equally.
 * Integrated GPUs are left out beside dedicated ones, as llama.cpp does (llama.cpp, llama_prepare_model_devices).
 */
async function devicesOf(answer: ProbeFound, probe: Probe): Promise<Device[]> {
  const count = answer.deviceNames.length;
  const single = (found: ProbeFound, name: string): Device => ({
    name,
    totalBytes: found.totalBytes,
    freeBytes: found.freeBytes,
    sharesRam: found.sharedBytes > 0,
  });
  if (count === 1) return answer.deviceNames.map((name) => single(answer, name));
  const devices: Device[] = [];
  if (answer.backend === 'cuda' || answer.backend === 'vulkan') {
    const variable = VISIBLE_DEVICES_VARIABLE[answer.backend];
    const visible = process.env[variable]?.split(',').map((index) => index.trim());
    const wanted = [...answer.deviceNames];
    for (let index = 0; index < (visible?.length ?? MOST_DEVICES) && wanted.length > 0; index += 1) {
      const one = await probe({ [variable]: visible?.[index] ?? String(index) });
      if (one.kind !== 'found') break;
      const name = one.deviceNames[0];
      const at = name === undefined ? -1 : wanted.indexOf(name);
      if (name === undefined || at < 0) continue; // the same GPU under a second driver, or a software renderer
      wanted.splice(at, 1);
      devices.push(single(one, name));
    }
  }
  if (devices.length !== count) {
    return answer.deviceNames.map((name) => ({
      name,
      totalBytes: Math.floor(answer.totalBytes / count),
      freeBytes: Math.floor(answer.freeBytes / count),
      sharesRam: answer.sharedBytes >= answer.totalBytes,
    }));
  }
  return devices.some((device) => !device.sharesRam) ? devices.filter((device) => !device.sharesRam) : devices;
}

function isSoftware(names: readonly string[]): boolean {
  return names.length > 0 && names.every((name) => SOFTWARE_RENDERER.test(name));
}

function availableView(answer: ProbeFound, devices: Device[]): BackendView {
  return { backend: answer.backend, available: true, reason: null, detail: answer.detail, software: isSoftware(answer.deviceNames), devices };
}

function missingView(backend: Backend, reason: NonNullable<BackendView['reason']>, detail: string): BackendView {
  return { backend, available: false, reason, detail, software: false, devices: [] };
}
