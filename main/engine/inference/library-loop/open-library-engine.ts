import { ExpectedError } from '../../../kernel/errors.ts';
import { AdapterSwitch } from '../adapter-switch.ts';
import type { LoadOrder } from '../inference-protocol.ts';
import { LoadFailure } from '../load-failure.ts';
import type { LoadHooks } from '../load-failure.ts';
import type { OpenedEngine } from '../opened-engine.ts';
import { resolvePromptFormat, vocabularyOf } from '../prompt-format.ts';
import { createLibraryLoop } from './library-loop.ts';
import { loadModel } from './load-model.ts';
import type { Library } from './load-model.ts';
import { putAdapters } from './put-adapters.ts';
import { SequencePool } from './sequence-pool.ts';
import { ThreadGovernor } from './thread-governor.ts';

/** Loads a model with node-llama-cpp's own evaluator. Raises LoadFailure. */
export async function openLibraryEngine(library: Library, order: LoadOrder, hooks: LoadHooks): Promise<OpenedEngine> {
  const { llama, model, context, explain, deviceNames } = await loadModel(library, order, hooks);
  const pool = new SequencePool(context);
  const adapters = new AdapterSwitch({
    // Waits for the context's own lock on the way: nothing is being computed while the weights change.
    forgetAll: () => pool.forgetAll(),
    put: (wanted) => putAdapters(context, wanted, explain),
  });
  await adapters.switchTo(order.adapters).catch((error: unknown) => {
    throw error instanceof ExpectedError ? new LoadFailure(error.toValue(), error) : error;
  });
  const format = resolvePromptFormat(library, vocabularyOf(model), order.hasChatTemplate);
  return {
    loop: createLibraryLoop({ model, pool, threads: new ThreadGovernor(llama, order.settings.threads) }),
    adapters,
    format,
    report: { gpuLayers: model.gpuLayers, deviceNames, contextSize: context.contextSize, parallelSequences: context.totalSequences, chatFormat: format.report },
  };
}
