import { readFileSync } from 'node:fs';
import type { EngineSettings } from '../contract/deployments.contract.ts';
import { findLibraryFiles } from '../engine/native/library-files.ts';
import { openLlamaLibrary } from '../engine/native/llama-library.ts';
import type { LlamaLibrary } from '../engine/native/llama-library.ts';
import { NativeFailure } from '../engine/native/native-failure.ts';
import { listenToLog } from '../engine/native/native-log.ts';
import type { NativeLog } from '../engine/native/native-log.ts';
import { ExpectedError, systemCodeOf } from '../kernel/errors.ts';

/** llama.cpp opened in the measuring process, with what can be told of memory. */
export interface Measuring {
  library: LlamaLibrary;
  log: NativeLog;
  /** Remembers how much GPU memory is taken now, if it is more than before. */
  noteVram(): void;
  /** Most GPU memory taken since the start; null without a GPU or where its driver does not tell. */
  peakVramBytes(): number | null;
}

const gpuTypes = new Set([1, 2]); // GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU

/** Raises NATIVE_LIBRARY_UNUSABLE. */
export function openMeasuring(backend: EngineSettings['backend']): Measuring {
  const library = openLlamaLibrary(findLibraryFiles(backend));
  const devices = backend === 'cpu' ? [] : devicesOf(library);
  const freeBytes = (): number[] => devices.map((device) => library.deviceMemory(device).freeBytes);
  const before = freeBytes();
  let peak = 0;
  return {
    library,
    log: listenToLog(library),
    noteVram() {
      const taken = freeBytes().reduce((sum, free, index) => sum + Math.max(0, (before[index] ?? free) - free), 0);
      peak = Math.max(peak, taken);
    },
    peakVramBytes: () => (peak === 0 ? null : peak),
  };
}

function devicesOf(library: LlamaLibrary): bigint[] {
  const all = Array.from({ length: library.ggml_backend_dev_count() }, (_, index) => library.ggml_backend_dev_get(index));
  return all.filter((device) => gpuTypes.has(library.ggml_backend_dev_type(device)));
}

/** Most resident memory this process ever had: the kernel's high-water mark, or libuv's where there is no /proc. */
export function peakRamBytes(): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kilobytes !== undefined) return Number(kilobytes) * 1024;
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error;
  }
  return process.resourceUsage().maxRSS * 1024;
}

/** What llama.cpp refused, as an error of the catalogue; anything else as it is. */
export function asMeasuringError(error: unknown, what: 'benchmark' | 'tuning'): unknown {
  if (!(error instanceof NativeFailure)) return error;
  const { reason, detail } = error;
  if (reason === 'library-missing' || reason === 'layout-changed') return new ExpectedError('NATIVE_LIBRARY_UNUSABLE', { reason, detail }, { cause: error });
  return new ExpectedError('MEASURING_FAILED', { what, detail: `${reason}: ${detail}` }, { cause: error });
}
