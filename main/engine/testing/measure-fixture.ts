import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryFiles } from '../native/library-files.ts';
import { openLlamaLibrary } from '../native/llama-library.ts';
import type { LlamaLibrary } from '../native/llama-library.ts';
import { listenToLog } from '../native/native-log.ts';
import type { NativeLog } from '../native/native-log.ts';
import { openNativeModel } from '../native/native-model.ts';
import type { WindowMeasurement } from '../native/perplexity.ts';
import { planWindows } from '../native/text-windows.ts';

/** The beginning of the text in the box, in plain English: what the pinned figures were measured with. */
export function pinnedText(): string {
  return readFileSync(join(import.meta.dirname, '..', '..', '..', 'resources', 'texts', 'held-out.txt'), 'utf8').slice(0, 5900);
}

export interface MeasureOrder {
  readonly path: string;
  readonly text: string;
  readonly contextSize: number;
  readonly chunks: number;
}

/** Loads models one after the other, on the processor with one thread, and measures with each what a test wants measured. */
export interface MeasureBench {
  readonly library: LlamaLibrary;
  readonly log: NativeLog;
  measure<Result>(order: MeasureOrder, what: (measurement: WindowMeasurement) => Promise<Result>, changes?: Partial<WindowMeasurement>): Promise<Result>;
}

export function openMeasureBench(): MeasureBench {
  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const log = listenToLog(library);
  return {
    library,
    log,
    async measure({ path, text, contextSize, chunks }, what, changes = {}) {
      const model = await openNativeModel(library, log, { path, settings: { gpuLayers: 0 } });
      try {
        const tokens = model.tokenize(text);
        const plan = planWindows(tokens.length, { contextSize, chunks });
        return await what({ library, model, tokens, plan, threads: 1, signal: new AbortController().signal, ...changes });
      } finally {
        model.free();
      }
    },
  };
}

/** Runs a tool of llama.cpp and gives back all that it said. Throws its words where it fails. */
export function outputOfLlamaTool(path: string, folder: string, parameters: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(path, parameters, { cwd: folder, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  if (status !== 0) throw new Error(stderr.slice(-2000));
  return `${stdout}\n${stderr}`;
}
