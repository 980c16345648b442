import type { Pointer } from '../../native/c-structs.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import type { ServingFunctions } from '../../native/serving-functions.ts';

/** What one sequence of the context holds in its cache: the tokens of the conversation it served last. */
export interface SequenceMemory {
  readonly sequence: number;
  readonly length: number;
  /** Tokens of `prompt` from its beginning that are remembered. */
  common(prompt: readonly number[]): number;
  /**
   * Keeps the common beginning, forgets the rest, and returns how many tokens are kept: at most all but the last of the prompt, which must be computed to
   * know what follows; 0 where the model cannot go back that far.
   */
  keep(prompt: readonly number[]): number;
  /** These are in the cache now. */
  computed(tokens: readonly number[]): void;
  clear(): void;
}

export interface MemoryRoom {
  library: LlamaLibrary;
  functions: ServingFunctions;
  model: NativeModel;
  context: NativeContext;
}

/** Sequences of a context with what they remember. */
export function createSequenceMemories({ library, functions, model, context }: MemoryRoom, count: number): SequenceMemory[] {
  const memory = library.llama_get_memory(context.pointer);
  const windowTokens = functions.llama_model_n_swa(model.pointer);
  // The state of such a model is one for all it has read: it cannot be taken apart.
  const cannotGoBack = functions.llama_model_is_recurrent(model.pointer) || functions.llama_model_is_hybrid(model.pointer);
  return Array.from({ length: count }, (_, sequence) => createMemory({ library, functions, memory, sequence, windowTokens, cannotGoBack }));
}

interface Making {
  library: LlamaLibrary;
  functions: ServingFunctions;
  memory: Pointer;
  sequence: number;
  windowTokens: number;
  cannotGoBack: boolean;
}

function createMemory({ library, functions, memory, sequence, windowTokens, cannotGoBack }: Making): SequenceMemory {
  let tokens: number[] = [];
  const common = (prompt: readonly number[]): number => {
    const most = Math.min(prompt.length, tokens.length);
    let count = 0;
    while (count < most && prompt[count] === tokens[count]) count += 1;
    return count;
  };
  const clear = (): void => {
    if (tokens.length > 0) library.llama_memory_seq_rm(memory, sequence, -1, -1);
    tokens = [];
  };
  /** Layers with a sliding window have forgotten what lies further back: computing on from there would miss it. */
  const windowReaches = (kept: number): boolean => windowTokens <= 0 || functions.llama_memory_seq_pos_min(memory, sequence) <= Math.max(0, kept - windowTokens);
  return {
    sequence,
    get length() {
      return tokens.length;
    },
    common,
    keep(prompt) {
      const kept = Math.min(common(prompt), prompt.length - 1);
      if (kept === tokens.length) return kept;
      const possible = kept > 0 && !cannotGoBack && windowReaches(kept) && library.llama_memory_seq_rm(memory, sequence, kept, -1);
      if (!possible) {
        clear();
        return 0;
      }
      tokens.length = kept;
      return kept;
    },
    computed(more) {
      for (const token of more) tokens.push(token);
    },
    clear,
  };
}
