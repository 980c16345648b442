import type { WeightedAdapter } from './inference-protocol.ts';

export interface AdapterSwitchOptions {
  /** Makes every sequence forget its conversation: what was computed with other weights is worth nothing. */
  forgetAll: () => Promise<void>;
  /** Puts these in the place of what was. Raises ADAPTER_REFUSED (not-loaded); what was in effect before then still is. */
  put: (adapters: readonly WeightedAdapter[]) => Promise<void>;
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
    await this.options.forgetAll();
    await this.options.put(effective);
    this.current = effective;
  }
}

function effectiveOf(adapters: readonly WeightedAdapter[]): WeightedAdapter[] {
  return adapters.filter(({ weight }) => weight !== 0);
}

function keyOf(adapters: readonly WeightedAdapter[]): string {
  return JSON.stringify(effectiveOf(adapters).map(({ path, weight }) => [path, weight] as const).sort(([a], [b]) => (a < b ? -1 : 1)));
}
