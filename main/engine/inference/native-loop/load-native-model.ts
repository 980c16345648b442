import { access, constants } from 'node:fs/promises';
import { ExpectedError, systemCodeOf } from '../../../kernel/errors.ts';
import { findLibraryFiles } from '../../native/library-files.ts';
import { LOG_LEVEL, openLlamaLibrary } from '../../native/llama-library.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import { NativeFailure } from '../../native/native-failure.ts';
import { listenToLog } from '../../native/native-log.ts';
import type { NativeLog } from '../../native/native-log.ts';
import { openNativeModel } from '../../native/native-model.ts';
import type { NativeModel } from '../../native/native-model.ts';
import { openServingFunctions } from '../../native/serving-functions.ts';
import type { ServingFunctions } from '../../native/serving-functions.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import { LoadFailure } from '../load-failure.ts';
import type { LoadHooks } from '../load-failure.ts';

export interface LoadedNativeModel {
  library: LlamaLibrary;
  functions: ServingFunctions;
  log: NativeLog;
  model: NativeModel;
  deviceNames: string[];
  gpuLayers: number;
}

const gpuTypes: ReadonlySet<number> = new Set([1, 2]); // GGML_BACKEND_DEVICE_TYPE_GPU, _IGPU

/**
 * Loads the weights of an order and hands them to `use`, which makes what serves. Raises LoadFailure with BACKEND_UNAVAILABLE when the backend asked for is
 * not there (there is no silent way to the CPU), or ENGINE_FAILED/load-failed with llama.cpp's last words; NativeFailure ('library-missing', 'layout-changed')
 * where the binding cannot be used at all, before anything is loaded.
 */
export async function withNativeModel<Value>({ order, hooks }: { order: LoadOrder; hooks: LoadHooks }, use: (loaded: LoadedNativeModel) => Promise<Value>): Promise<Value> {
  const { settings } = order;
  const library = openLlamaLibrary(findLibraryFiles(settings.backend));
  const functions = openServingFunctions(library);
  const log = listenToLog(library);
  log.onLine(({ level, text }) => {
    if (level === LOG_LEVEL.warn || level === LOG_LEVEL.error) hooks.onLog(`${level === LOG_LEVEL.error ? 'error' : 'warn'}: ${text.trimEnd()}`);
  });
  const deviceNames = settings.backend === 'cpu' ? [] : gpuDevices(library);
  if (settings.backend !== 'cpu' && deviceNames.length === 0) throw new LoadFailure({ code: 'BACKEND_UNAVAILABLE', data: { backend: settings.backend, reason: 'no device' } });
  try {
    await access(order.modelPath, constants.R_OK); // the system's own reason; llama.cpp only says that it could not open it
    const onProgress = (fraction: number): boolean => {
      hooks.onProgress(fraction);
      return true;
    };
    const model = await openNativeModel(library, log, { path: order.modelPath, settings: { gpuLayers: settings.backend === 'cpu' ? 0 : settings.gpuLayers, onProgress } });
    const gpuLayers = settings.backend === 'cpu' ? 0 : Math.min(settings.gpuLayers, model.layerCount + 1);
    return await use({ library, functions, log, model, deviceNames, gpuLayers });
  } catch (error) {
    if (error instanceof ExpectedError) throw new LoadFailure(error.toValue(), error);
    if (!(error instanceof NativeFailure) && systemCodeOf(error) === '') throw error;
    throw new LoadFailure({ code: 'ENGINE_FAILED', data: { reason: 'load-failed', detail: wordsOf(error) } }, error);
  }
}

function wordsOf(error: unknown): string {
  if (error instanceof NativeFailure && error.detail !== '') return error.detail;
  return error instanceof Error ? error.message : String(error);
}

function gpuDevices(library: LlamaLibrary): string[] {
  const names: string[] = [];
  for (let index = 0; index < library.ggml_backend_dev_count(); index += 1) {
    const device = library.ggml_backend_dev_get(index);
    if (gpuTypes.has(library.ggml_backend_dev_type(device))) names.push(library.ggml_backend_dev_description(device));
  }
  return names;
}
