import type { Llama, LlamaGrammar } from 'node-llama-cpp';
import { skipBindingTestProcess } from '../../in-process-binding-test.ts';

/** llama.cpp's own reading of grammars, for tests. */
export interface GrammarEngine {
  readonly llama: Llama;
  readonly library: typeof import('node-llama-cpp');
  /** Whether the grammar allows exactly this text. Throws when llama.cpp cannot read the grammar. */
  allows: (grammar: string, text: string) => Promise<boolean>;
  dispose: () => Promise<void>;
}

export async function startGrammarEngine(): Promise<GrammarEngine> {
  skipBindingTestProcess();
  const library = await import('node-llama-cpp');
  const llama = await library.getLlama({ gpu: false, build: 'never', skipDownload: true, progressLogs: false, maxThreads: 1, logger: () => undefined });
  const read = new Map<string, LlamaGrammar>();
  return {
    llama,
    library,
    allows: async (grammar, text) => {
      const known = read.get(grammar) ?? (await llama.createGrammar({ grammar }));
      read.set(grammar, known);
      // Without a model: the library keeps this for its own tests.
      return (known as unknown as { _testText: (text: string) => boolean })._testText(text);
    },
    dispose: () => llama.dispose(),
  };
}
