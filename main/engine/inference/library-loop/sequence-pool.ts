import type { LlamaContext, LlamaContextSequence, Token } from 'node-llama-cpp';

/** Saved states a sequence keeps where the model cannot go back by itself (recurrent, sliding window); they cost memory. */
const CHECKPOINTS = { max: 2, interval: false } as const;

export interface PooledSequence {
  readonly index: number;
  sequence: LlamaContextSequence;
  busy: boolean;
  lastUsed: number;
}

/** The context's sequences, each with the KV cache of the conversation it served last. */
export class SequencePool {
  private readonly context: LlamaContext;
  private readonly sequences: PooledSequence[];
  private uses = 0;

  constructor(context: LlamaContext) {
    this.context = context;
    this.sequences = Array.from({ length: context.totalSequences }, (_, index) => ({
      index,
      sequence: context.getSequence({ checkpoints: CHECKPOINTS }),
      busy: false,
      lastUsed: 0,
    }));
  }

  get freeCount(): number {
    return this.sequences.filter((pooled) => !pooled.busy).length;
  }

  /** The free sequence that remembers the longest beginning of this prompt; among equals the one unused the longest. */
  take(tokens: readonly Token[]): PooledSequence {
    let best: PooledSequence | null = null;
    let bestKnown = -1;
    for (const pooled of this.sequences) {
      if (pooled.busy) continue;
      const known = pooled.sequence.compareContextTokens(tokens as Token[]).firstDifferentIndex;
      if (best === null || known > bestKnown || (known === bestKnown && pooled.lastUsed < best.lastUsed)) {
        best = pooled;
        bestKnown = known;
      }
    }
    if (best === null) throw new Error('take() was called although no sequence is free');
    best.busy = true;
    this.uses += 1;
    best.lastUsed = this.uses;
    return best;
  }

  giveBack(pooled: PooledSequence): void {
    pooled.busy = false;
  }

  /** Forgets every conversation: what was computed with other weights is worth nothing. Only while no sequence is busy. */
  async forgetAll(): Promise<void> {
    for (const pooled of this.sequences) await pooled.sequence.clearHistory();
  }

  /** After a failed evaluation nobody knows what the sequence remembers: a fresh one takes its place. */
  async replace(pooled: PooledSequence): Promise<void> {
    await pooled.sequence.dispose();
    pooled.sequence = this.context.getSequence({ checkpoints: CHECKPOINTS });
  }
}
