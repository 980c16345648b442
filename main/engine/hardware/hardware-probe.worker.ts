import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { getLlama, LlamaLogLevel } from 'node-llama-cpp';
import { backendSchema } from '../../contract/system.contract.ts';
import type { Backend } from '../../contract/system.contract.ts';
import { gpuOptionOf, installedFolderOf, packageNameOf, systemLibraryOf } from './backend-packages.ts';
import { PROBE_BACKEND_VARIABLE } from './probe-protocol.ts';
import type { ProbeAnswer } from './probe-protocol.ts';

/**
 * Tries one backend of llama.cpp in a process of its own, says what it found in one message and exits: a driver that
 * crashes while it is loaded takes only this process with it.
 */
async function probe(backend: Backend): Promise<ProbeAnswer> {
  const packageName = packageNameOf(backend, process.platform, process.arch);
  if (packageName === null) return missing(backend, 'other-platform', `${process.platform}-${process.arch}`);
  const folder = installedFolderOf(packageName, import.meta.url);
  if (folder === null) return missing(backend, 'package-missing', packageName);
  const library = systemLibraryOf(backend, process.platform);
  if (library !== null) {
    const problem = loadProblemOf(library.file);
    if (problem !== null) return missing(backend, library.reason, problem);
  }
  return load(backend, folder);
}

async function load(backend: Backend, packageFolder: string): Promise<ProbeAnswer> {
  const gpu = gpuOptionOf(backend, process.platform, process.arch);
  const messages: string[] = [];
  try {
    const llama = await getLlama({
      gpu,
      build: 'never',
      progressLogs: false,
      logLevel: LlamaLogLevel.debug,
      logger: (_level, message) => messages.push(message.trim()),
    });
    // Where a package is not made for a backend, node-llama-cpp answers with the CPU without a word.
    if (llama.gpu !== gpu) return missing(backend, 'load-failed', `node-llama-cpp loaded ${String(llama.gpu)} instead`);
    const memory = await llama.getVramState();
    return {
      kind: 'found',
      backend,
      release: llama.llamaCppRelease.release,
      deviceNames: backend === 'cpu' ? [] : await llama.getGpuDeviceNames(),
      totalBytes: memory.total,
      freeBytes: memory.free,
      sharedBytes: memory.unifiedSize,
      detail: messages.filter((line) => /loaded \w+ backend|^ggml_\w+: \d+ = |No devices/.test(line)).map(shorten).join('\n'),
    };
  } catch (error) {
    const cause = backendLibraryProblem(backend, packageFolder);
    return missing(backend, 'load-failed', cause ?? [...messages.slice(-3), error instanceof Error ? error.message : String(error)].join('\n'));
  }
}

/** The sentence the system's loader has about the backend's own library: names the shared object that is not there. */
function backendLibraryProblem(backend: Backend, packageFolder: string): string | null {
  const bins = join(packageFolder, 'bins');
  if (backend === 'cpu' || !existsSync(bins)) return null;
  for (const platform of readdirSync(bins)) {
    const file = readdirSync(join(bins, platform)).find((name) => new RegExp(`^(lib)?ggml-${backend}\\.(so|dll)$`).test(name));
    if (file !== undefined) return loadProblemOf(join(bins, platform, file));
  }
  return null;
}

/**
 * Asks the system's loader for a shared library, as the backend itself would. A library that is there but is no Node
 * add-on fails with "did not self-register", which is the good answer. Null when it loads.
 */
function loadProblemOf(file: string): string | null {
  try {
    process.dlopen({ exports: {} }, file);
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return message.includes('self-register') ? null : message;
  }
}

function missing(backend: Backend, reason: Extract<ProbeAnswer, { kind: 'missing' }>['reason'], detail: string): ProbeAnswer {
  return { kind: 'missing', backend, reason, detail };
}

/** Library paths shortened to their file names: the detail is shown to people and may be put on paper. */
function shorten(line: string): string {
  return line.replace(/ from .*[\\/]/, ' from ');
}

interface ParentPort {
  postMessage(message: unknown): void;
}

/** Electron's utility process speaks through `process.parentPort`, plain Node through `process.send`. */
async function answer(message: ProbeAnswer): Promise<void> {
  const parentPort = (process as unknown as { parentPort?: ParentPort | null }).parentPort;
  if (parentPort !== undefined && parentPort !== null) {
    parentPort.postMessage(message);
    return;
  }
  await new Promise<void>((resolve) => {
    if (process.send === undefined) resolve();
    else process.send(message, () => resolve());
  });
}

process.on('disconnect', () => process.exit(1)); // nobody is left to hear the answer
const backend = backendSchema.parse(process.env[PROBE_BACKEND_VARIABLE]);
await answer(await probe(backend));
// Give the port a moment to hand the message over; disposing drivers is left to the operating system, some hang in it.
setTimeout(() => process.exit(0), 100);
