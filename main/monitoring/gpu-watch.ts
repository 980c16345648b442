import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { graphics } from 'systeminformation';
import type { Sample } from '../contract/monitoring.contract.ts';
import { systemCodeOf } from '../kernel/errors.ts';

export type GpuFigures = Sample['gpus'][number];

/** Follows the machine's GPUs beside the ticks. */
export interface GpuWatch {
  /** The latest figures at once; a figure that has grown old is null. */
  figures(nowMs: number): GpuFigures[];
  dispose(): void;
}

export interface GpuWatchOptions {
  /** For tests: a program that speaks as nvidia-smi does. */
  nvidiaSmi?: string;
  platform?: string;
  /** Where Linux shows AMD's own figures. */
  drmFolder?: string;
}

const MEBIBYTE = 1024 * 1024;
const LOOP_SECONDS = 2;
/** Figures older than this are no longer shown. */
const STALE_MS = 10_000;
const RESTART_MS = 60_000;
const FRUITLESS_STARTS = 3;

/**
 * One long-running nvidia-smi that prints a line for each GPU every two seconds (starting it anew each time would cost
 * tens of milliseconds of CPU); AMD's GPUs on Linux from /sys. Where neither is there, names only.
 *
 * nvidia-smi needs no watchdog: when this process dies it writes into a broken pipe and ends.
 */
export function createGpuWatch(options: GpuWatchOptions = {}): GpuWatch {
  const { nvidiaSmi = 'nvidia-smi', platform = process.platform, drmFolder = '/sys/class/drm' } = options;
  const nvidia = new Map<number, { gpu: GpuFigures; atMs: number }>();
  const amdFolders = platform === 'linux' ? findAmdFolders(drmFolder) : [];
  let named: GpuFigures[] = [];
  let child: ChildProcess | null = null;
  let restart: NodeJS.Timeout | null = null;
  let fruitlessStarts = 0;
  let disposed = false;

  const onGone = (): void => {
    child = null;
    if (disposed || fruitlessStarts >= FRUITLESS_STARTS) return;
    restart = setTimeout(start, RESTART_MS);
    restart.unref();
  };
  const start = (): void => {
    fruitlessStarts += 1;
    child = spawn(
      nvidiaSmi,
      ['--query-gpu=index,name,utilization.gpu,memory.used,memory.total,temperature.gpu', '--format=csv,noheader,nounits', `--loop=${LOOP_SECONDS}`],
      { stdio: ['ignore', 'pipe', 'ignore'], windowsHide: true },
    );
    let gone = false;
    child.on('error', (error) => {
      if (systemCodeOf(error) === 'ENOENT') {
        fruitlessStarts = FRUITLESS_STARTS; // there is no such program: no use asking again
        if (platform !== 'linux') void nameGpus().then((gpus) => (named = gpus));
      }
      if (!gone) onGone();
      gone = true;
    });
    child.on('exit', () => {
      if (!gone) onGone();
      gone = true;
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on('line', (line) => {
      const parsed = parseNvidiaLine(line);
      if (parsed === null) return;
      fruitlessStarts = 0;
      nvidia.set(parsed.index, { gpu: parsed.gpu, atMs: performance.now() });
    });
  };
  start();

  return {
    figures() {
      const now = performance.now();
      const fresh = [...nvidia].sort(([one], [other]) => one - other).map(([, { gpu, atMs }]) => (now - atMs <= STALE_MS ? gpu : onlyName(gpu)));
      return [...fresh, ...amdFolders.map(readAmd), ...named];
    },
    dispose() {
      disposed = true;
      if (restart !== null) clearTimeout(restart);
      // A program that could not be started has no process id, and Node would then signal whatever number lies there: 0 is
      // our own process group.
      if (child?.pid !== undefined) child.kill('SIGKILL');
    },
  };
}

/** `0, NVIDIA RTX A4000, 37, 1024, 16376, 54`; a figure a card does not tell reads `[N/A]`. */
export function parseNvidiaLine(line: string): { index: number; gpu: GpuFigures } | null {
  const fields = line.split(',').map((field) => field.trim());
  const [index, name, ...figures] = fields;
  if (fields.length !== 6 || index === undefined || name === undefined || !/^\d+$/.test(index)) return null;
  const [utilization = null, used = null, total = null, temperature = null] = figures.map((text) => (/^\d+(\.\d+)?$/.test(text) ? Number(text) : null));
  return {
    index: Number(index),
    gpu: {
      name,
      utilizationPercent: utilization,
      memoryUsedBytes: used === null ? null : used * MEBIBYTE,
      memoryTotalBytes: total === null ? null : total * MEBIBYTE,
      temperatureCelsius: temperature,
    },
  };
}

function onlyName(gpu: GpuFigures): GpuFigures {
  return { ...gpu, utilizationPercent: null, memoryUsedBytes: null, temperatureCelsius: null };
}

/** Cards of the amdgpu driver: it alone has these files (kernel docs, gpu/amdgpu/thermal and driver-misc). */
function findAmdFolders(drmFolder: string): string[] {
  try {
    return readdirSync(drmFolder)
      .filter((name) => /^card\d+$/.test(name))
      .map((name) => join(drmFolder, name, 'device'))
      .filter((folder) => readNumber(join(folder, 'gpu_busy_percent')) !== null);
  } catch (error) {
    if (systemCodeOf(error) === '') throw error;
    return [];
  }
}

function readAmd(folder: string): GpuFigures {
  const temperatures = listHwmon(folder).map((path) => readNumber(join(path, 'temp1_input')));
  const temperature = temperatures.find((value) => value !== null) ?? null;
  return {
    name: readText(join(folder, 'product_name')) ?? 'AMD GPU',
    utilizationPercent: readNumber(join(folder, 'gpu_busy_percent')),
    memoryUsedBytes: readNumber(join(folder, 'mem_info_vram_used')),
    memoryTotalBytes: readNumber(join(folder, 'mem_info_vram_total')),
    temperatureCelsius: temperature === null ? null : temperature / 1000,
  };
}

function listHwmon(folder: string): string[] {
  try {
    return readdirSync(join(folder, 'hwmon')).map((name) => join(folder, 'hwmon', name));
  } catch (error) {
    if (systemCodeOf(error) === '') throw error;
    return [];
  }
}

function readText(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trim() || null;
  } catch (error) {
    if (systemCodeOf(error) === '') throw error;
    return null;
  }
}

function readNumber(path: string): number | null {
  const text = readText(path);
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}

/** Names of the graphics cards, asked once: on Windows the answer costs half a second of another program. */
async function nameGpus(): Promise<GpuFigures[]> {
  const { controllers } = await graphics();
  return controllers
    .filter(({ model }) => model !== '')
    .map(({ model }) => ({ name: model, utilizationPercent: null, memoryUsedBytes: null, memoryTotalBytes: null, temperatureCelsius: null }));
}
