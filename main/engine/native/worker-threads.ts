import koffi from 'koffi';
import type { Pointer } from './c-structs.ts';
import type { LlamaLibrary } from './llama-library.ts';
import { NativeFailure } from './native-failure.ts';

/** Threads that wait for a context's work between its graphs. */
export interface WorkerThreads {
  /** Must be called after the context is freed, or detached. */
  release(): void;
}

const cpuDevice = 0; // GGML_BACKEND_DEVICE_TYPE_CPU
/** Larger than `struct ggml_threadpool_params` (528 bytes), which the library fills in itself and is never read here. */
const paramsRoomBytes = 1024;
const newPoolType = koffi.proto('void *modelward_threadpool_new(void *params)');
const freePoolType = koffi.proto('void modelward_threadpool_free(void *pool)');

/**
 * Gives a context threads of its own, as llama-bench and llama-server do; without them llama.cpp starts and ends threads for every
 * graph, which is what node-llama-cpp lets it do while serving. `prompt` above 0 makes a second set for batches.
 */
export function attachWorkerThreads(library: LlamaLibrary, context: Pointer, threads: { generation: number; prompt: number }): WorkerThreads {
  const registry = library.ggml_backend_dev_backend_reg(deviceOf(library));
  const newPool = procedureOf(library, registry, 'ggml_threadpool_new');
  const freePool = procedureOf(library, registry, 'ggml_threadpool_free');
  const make = (count: number): Pointer => {
    const params = new Uint8Array(new ArrayBuffer(paramsRoomBytes));
    library.ggml_threadpool_params_init(params, count);
    const pool = koffi.call(newPool, newPoolType, params) as Pointer | null;
    if (pool === null) throw new NativeFailure('context-not-created', `no pool of ${count} threads`);
    return pool;
  };
  const generation = make(threads.generation);
  const prompt = threads.prompt === threads.generation ? null : make(threads.prompt);
  library.llama_attach_threadpool(context, generation, prompt);
  return {
    release() {
      for (const pool of [generation, prompt]) if (pool !== null) koffi.call(freePool, freePoolType, pool);
    },
  };
}

function deviceOf(library: LlamaLibrary): Pointer {
  const device = library.ggml_backend_dev_by_type(cpuDevice);
  if (device === null) throw new NativeFailure('library-missing', 'no processor backend');
  return device;
}

function procedureOf(library: LlamaLibrary, registry: Pointer, name: string): Pointer {
  const found = library.ggml_backend_reg_get_proc_address(registry, name);
  if (found === null) throw new NativeFailure('layout-changed', `${name} is missing`);
  return found;
}
