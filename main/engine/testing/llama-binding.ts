import { getLlama, type Llama, LlamaLogLevel } from 'node-llama-cpp';

/** The part of node-llama-cpp's native binding that the agreement tests need; it has no public types. */
export interface LlamaBinding {
  readonly AddonModel: new (
    path: string,
    params: { addonExports: LlamaBinding; gpuLayers: number; vocabOnly: boolean; useMmap: boolean },
  ) => { init(): Promise<boolean>; dispose(): Promise<void> };
  getAllArchs(): string[];
  getIsArchRecurrent(architecture: string): boolean | undefined;
  getIsArchHybrid(architecture: string): boolean | undefined;
  getBlockSizeForGgmlType(typeId: number): number | undefined;
  getTypeSizeForGgmlType(typeId: number): number | undefined;
}

/**
 * llama.cpp itself on the processor, without the GGUF reader that node-llama-cpp runs before it loads a model (that one hangs
 * on damaged files). Only for processes that may die. `onError` gets what llama.cpp logs as an error.
 */
export async function openLlamaBinding(
  onError: (message: string) => void,
): Promise<{ binding: LlamaBinding; close: () => Promise<void> }> {
  const llama: Llama = await getLlama({
    gpu: false,
    build: 'never',
    maxThreads: 1,
    logLevel: LlamaLogLevel.error,
    logger: (_level, message) => {
      onError(message);
    },
  });
  const binding = (llama as unknown as Record<string, unknown>)['_bindings'];
  if (binding === undefined) throw new Error('node-llama-cpp keeps its binding elsewhere now');
  return { binding: binding as LlamaBinding, close: () => llama.dispose() };
}
