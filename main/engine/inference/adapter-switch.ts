import type { LlamaContext } from 'node-llama-cpp';
import { ExpectedError } from '../../kernel/errors.ts';
import type { WeightedAdapter } from './inference-protocol.ts';
import type { SequencePool } from './sequence-pool.ts';

export interface AdapterSwitchOptions {
  context: LlamaContext;
  pool: Pick<SequencePool, 'forgetAll'>;
  /** llama.cpp's words on a failure. */
  explain: (error: unknown) => Promise<string>;
}

/**
 * The library's own method behind its context option `lora`. It is marked internal, so it is looked for before it is called, and a
 * test of the pinned version holds it. The public way is a fresh context, whose KV cache is filled with zeros: 0.35 to 5 s for 0.6 to
 * 2.4 GB, longer than loading the model again from the page cache, and for that time no memory for a second one. See decision 013.
 */
interface AdapterHolder {
  _setLoras(adapters: readonly { filePath: string; scale: number }[]): Promise<void>;
}

/**
 * The adapters in effect in a context. llama.cpp adds weight · alpha/rank · B·A·x to every product with a changed tensor, so switching
 * costs reading the file the first time (it then stays with the model) and nothing afterwards; the base's weights are never touched.
 */
export class AdapterSwitch {
  private readonly options: AdapterSwitchOptions;
  private current: readonly WeightedAdapter[] = [];

  constructor(options: AdapterSwitchOptions) {
    this.options = options;
  }

  /** Whether these are what is in effect; order and weights of 0 make no difference. */
  isCurrent(adapters: readonly WeightedAdapter[]): boolean {
    return keyOf(adapters) === keyOf(this.current);
  }

  /**
   * Puts these into effect instead of what was; every sequence forgets its conversation. Only while no answer runs. Raises
   * ADAPTER_REFUSED (not-loaded) with llama.cpp's words; what was in effect before then still is.
   */
  async switchTo(adapters: readonly WeightedAdapter[]): Promise<void> {
    if (this.isCurrent(adapters)) return;
    const effective = effectiveOf(adapters);
    // Waits for the context's own lock on the way: nothing is being computed while the weights change.
    await this.options.pool.forgetAll();
    const holder = holderOf(this.options.context);
    try {
      await holder._setLoras(effective.map(({ path, weight }) => ({ filePath: path, scale: weight })));
    } catch (error) {
      // Files are read before anything is put into effect, so nothing has changed.
      throw new ExpectedError('ADAPTER_REFUSED', { reason: 'not-loaded', detail: await this.options.explain(error) }, { cause: error });
    }
    this.current = effective;
  }
}

function effectiveOf(adapters: readonly WeightedAdapter[]): WeightedAdapter[] {
  return adapters.filter(({ weight }) => weight !== 0);
}

function keyOf(adapters: readonly WeightedAdapter[]): string {
  return JSON.stringify(effectiveOf(adapters).map(({ path, weight }) => [path, weight] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function holderOf(context: LlamaContext): AdapterHolder {
  const holder: unknown = context;
  if (isHolder(holder)) return holder;
  throw new Error('this release of node-llama-cpp has no way to change the adapters of a context');
}

function isHolder(value: unknown): value is AdapterHolder {
  return typeof value === 'object' && value !== null && typeof (value as { _setLoras?: unknown })._setLoras === 'function';
}
