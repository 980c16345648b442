/**
 * Loads files with llama.cpp, one after the other, and tells the parent before and after each, so that a crash or a hang can be
 * laid to the file that caused it. Started by llama-loader.ts.
 */
import { setTimeout } from 'node:timers/promises';
import { openLlamaBinding } from './llama-binding.ts';

export type LoadMessage =
  | { readonly kind: 'begin'; readonly index: number }
  | { readonly kind: 'end'; readonly index: number; readonly accepted: boolean; readonly reason: string };

let lastError = '';

async function loadAll(paths: readonly string[]): Promise<void> {
  const { binding } = await openLlamaBinding((message) => {
    if (lastError === '') lastError = message.trim();
  });
  for (const [index, path] of paths.entries()) {
    lastError = '';
    await tell({ kind: 'begin', index });
    const model = new binding.AddonModel(path, {
      addonExports: binding,
      gpuLayers: 0,
      vocabOnly: false,
      useMmap: true,
    });
    const accepted = await model.init().catch((error: unknown) => {
      lastError = String(error);
      return false;
    });
    if (accepted) await model.dispose();
    // The binding hands its log over between turns of the event loop.
    await setTimeout(1);
    await tell({ kind: 'end', index, accepted, reason: lastError });
  }
}

/** Waits until the message has left: what is still queued is lost when the process dies. */
function tell(message: LoadMessage): Promise<void> {
  return new Promise((resolve, reject) => {
    process.send?.(message, undefined, {}, (error) => {
      if (error === null) resolve();
      else reject(error);
    });
  });
}

process.once('message', (paths: string[]) => {
  loadAll(paths).then(
    () => process.exit(0),
    (error: unknown) => {
      console.error(error);
      process.exit(3);
    },
  );
});
