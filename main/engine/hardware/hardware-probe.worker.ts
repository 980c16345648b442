import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { backendSchema } from '../../contract/system.contract.ts';
import type { Backend } from '../../contract/system.contract.ts';
import { openParentPort } from '../../kernel/processes/parent-port.ts';
import { skipBindingTestProcess } from '../inference/in-process-binding-test.ts';
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

/** llama.cpp's log lines come through the event loop, a little after the call that made them. */
const LOG_SETTLES_MS = 20;

async function load(backend: Backend, packageFolder: string): Promise<ProbeAnswer> {
  const gpu = gpuOptionOf(backend, process.platform, process.arch);
  const lines: string[] = [];
  let problem: string;
  try {
    // This process is the one that may crash; and only so do the driver's own words reach us.
    skipBindingTestProcess();
    const { getLlama, LlamaLogLevel } = await import('node-llama-cpp');
    const llama = await getLlama({
      gpu,
      build: 'never',
      progressLogs: false,
      logLevel: LlamaLogLevel.debug,
      logger: (_level, message) => lines.push(message.trim()),
    });
    await delay(LOG_SETTLES_MS);
    // Where a backend does not load, node-llama-cpp goes on with the CPU without a word.
    if (llama.gpu === gpu) {
      const memory = await llama.getVramState();
      return {
        kind: 'found',
        backend,
        release: llama.llamaCppRelease.release,
        deviceNames: backend === 'cpu' ? [] : await llama.getGpuDeviceNames(),
        totalBytes: memory.total,
        freeBytes: memory.free,
        sharedBytes: memory.unifiedSize,
        detail: lines.filter((line) => /loaded \w+ backend|^ggml_\w+: \d+ = |No devices/.test(line)).map(shorten).join('\n'),
      };
    }
    problem = `node-llama-cpp loaded "${String(llama.gpu)}" instead`;
  } catch (error) {
    problem = error instanceof Error ? error.message : String(error);
  }
  await delay(LOG_SETTLES_MS);
  const cause = backendLibraryProblem(backend, packageFolder);
  const reason = cause === null && backend === 'vulkan' && !hasVulkanDriverFile() ? 'driver-missing' : 'load-failed';
  return missing(backend, reason, [cause ?? problem, ...lines.filter((line) => !line.includes('search path')).slice(-5).map(shorten)].join('\n'));
}

/**
 * Whether any Vulkan driver is registered: Linux loaders find drivers by manifest files (Vulkan loader, LoaderDriverInterface:
 * Linux driver discovery). Elsewhere drivers are registered in other ways, so the answer there is yes.
 */
function hasVulkanDriverFile(): boolean {
  if (process.platform !== 'linux') return true;
  const named = process.env['VK_DRIVER_FILES'] ?? process.env['VK_ICD_FILENAMES'];
  if (named !== undefined) return named.split(':').some((path) => existsSync(path));
  const roots = [
    process.env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config'),
    ...(process.env['XDG_CONFIG_DIRS'] ?? '/etc/xdg').split(':'),
    process.env['XDG_DATA_HOME'] ?? join(homedir(), '.local', 'share'),
    ...(process.env['XDG_DATA_DIRS'] ?? '/usr/local/share:/usr/share').split(':'),
    '/etc',
  ];
  return roots.map((root) => join(root, 'vulkan', 'icd.d')).some((folder) => existsSync(folder) && readdirSync(folder).length > 0);
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

const port = openParentPort();
const backend = backendSchema.parse(process.env[PROBE_BACKEND_VARIABLE]);
port.send(await probe(backend));
// Not disposed of first: drivers are unloaded by the operating system, some hang when asked.
port.exit(0);
