import type { LlamaModel } from 'node-llama-cpp';
import { ExpectedError } from '../../../kernel/errors.ts';
import { EventFlusher } from '../event-flusher.ts';
import type { GenerationOrder } from '../generation.ts';
import type { Answer, AnswerOrder, ServingLoop } from '../serving-loop.ts';
import { writeAnswer } from './answer.ts';
import type { SequencePool } from './sequence-pool.ts';
import type { ThreadGovernor } from './thread-governor.ts';

/** The fall-back: node-llama-cpp's own evaluator. It serves conversations and texts; what only the native loop does is refused by name. */
export function createLibraryLoop({ model, pool, threads }: { model: LlamaModel; pool: SequencePool; threads: ThreadGovernor }): ServingLoop {
  const write = async ({ order, onEvent, ...answer }: AnswerOrder): Promise<Answer> => {
    requireWithinReach(order);
    const { tokens } = answer.prompt;
    const pooled = pool.take(tokens);
    try {
      const cachedTokens = Math.min(pooled.sequence.compareContextTokens(tokens).firstDifferentIndex, tokens.length - 1);
      onEvent({ kind: 'started', promptTokens: tokens.length, cachedTokens });
      return await writeAnswer({
        ...answer,
        model,
        sequence: pooled.sequence,
        sequenceIndex: pooled.index,
        sampling: order.sampling,
        threads,
        cachedTokens,
        flusher: new EventFlusher(onEvent),
      });
    } catch (error) {
      if (!(error instanceof ExpectedError)) await pool.replace(pooled);
      throw error;
    } finally {
      pool.giveBack(pooled);
    }
  };
  return {
    get freeCount() {
      return pool.freeCount;
    },
    write,
    setThreads: (count) => threads.setBudget(count),
  };
}

function requireWithinReach({ prompt, format, topLogprobs, sampling }: GenerationOrder): void {
  const asked: Record<string, boolean> = {
    format: format !== null,
    logprobs: topLogprobs !== null,
    tools: prompt.kind === 'chat' && prompt.tools !== undefined && prompt.tools.length > 0,
    penalties: (sampling.presencePenalty ?? 0) !== 0 || (sampling.frequencyPenalty ?? 0) !== 0 || (sampling.repeatPenalty ?? 1) !== 1,
    'logit bias': (sampling.logitBias ?? []).length > 0,
  };
  const beyond = Object.keys(asked).find((name) => asked[name]);
  if (beyond !== undefined) throw new ExpectedError('GENERATION_REFUSED', { reason: 'fall-back-engine', detail: beyond });
}
