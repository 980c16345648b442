import type { LlamaContext } from 'node-llama-cpp';
import { ExpectedError } from '../../../kernel/errors.ts';
import type { WeightedAdapter } from '../inference-protocol.ts';

/**
 * The library's own method behind its context option `lora`. It is marked internal, so it is looked for before it is called, and a
 * test of the pinned version holds it. The public way is a fresh context, whose KV cache is filled with zeros: 0.35 to 5 s for 0.6 to
 * 2.4 GB, longer than loading the model again from the page cache, and for that time no memory for a second one. See decision 013.
 */
interface AdapterHolder {
  _setLoras(adapters: readonly { filePath: string; scale: number }[]): Promise<void>;
}

/** Puts adapters into effect in a context of the library. Raises ADAPTER_REFUSED (not-loaded) with llama.cpp's words. */
export async function putAdapters(context: LlamaContext, adapters: readonly WeightedAdapter[], explain: (error: unknown) => Promise<string>): Promise<void> {
  const holder = holderOf(context);
  try {
    await holder._setLoras(adapters.map(({ path, weight }) => ({ filePath: path, scale: weight })));
  } catch (error) {
    // Files are read before anything is put into effect, so nothing has changed.
    throw new ExpectedError('ADAPTER_REFUSED', { reason: 'not-loaded', detail: await explain(error) }, { cause: error });
  }
}

function holderOf(context: LlamaContext): AdapterHolder {
  const holder: unknown = context;
  if (isHolder(holder)) return holder;
  throw new Error('this release of node-llama-cpp has no way to change the adapters of a context');
}

function isHolder(value: unknown): value is AdapterHolder {
  return typeof value === 'object' && value !== null && typeof (value as { _setLoras?: unknown })._setLoras === 'function';
}
