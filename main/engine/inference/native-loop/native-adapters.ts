import { ExpectedError } from '../../../kernel/errors.ts';
import type { Pointer } from '../../native/c-structs.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import type { NativeLog } from '../../native/native-log.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import type { ServingFunctions } from '../../native/serving-functions.ts';
import type { WeightedAdapter } from '../inference-protocol.ts';

export interface AdapterRoom {
  library: LlamaLibrary;
  functions: ServingFunctions;
  log: NativeLog;
  model: NativeModel;
  context: NativeContext;
}

/**
 * Puts adapters into effect in a context. Their files are read the first time and stay with the model. Raises ADAPTER_REFUSED (not-loaded) with llama.cpp's
 * words before anything has changed.
 */
export function nativeAdapters({ functions, log, model, context }: AdapterRoom): (adapters: readonly WeightedAdapter[]) => void {
  const loaded = new Map<string, Pointer>();
  const pointerOf = (path: string): Pointer => {
    const found = loaded.get(path);
    if (found !== undefined) return found;
    const pointer = functions.llama_adapter_lora_init(model.pointer, path);
    if (pointer === null) throw new ExpectedError('ADAPTER_REFUSED', { reason: 'not-loaded', detail: log.lastWords() });
    loaded.set(path, pointer);
    return pointer;
  };
  return (adapters) => {
    const pointers = BigUint64Array.from(adapters.map(({ path }) => pointerOf(path)));
    const scales = Float32Array.from(adapters.map(({ weight }) => weight));
    const code = functions.llama_set_adapters_lora(context.pointer, pointers, adapters.length, scales);
    if (code !== 0) throw new ExpectedError('ADAPTER_REFUSED', { reason: 'not-loaded', detail: `llama_set_adapters_lora gave ${code}` });
  };
}
