import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import { ExpectedError } from '../../../kernel/errors.ts';
import type { GenerationSampling } from '../generation.ts';
import { DEFAULT_TOP_K, seedOf, timingOf } from '../serving-loop.ts';
import type { Answer, AnswerOrder, AnswerProgress } from '../serving-loop.ts';
import { StopTexts } from '../stop-texts.ts';
import type { EventFlusher } from '../event-flusher.ts';
import type { ThreadGovernor } from './thread-governor.ts';
import { TokenText } from './token-text.ts';
import { priorityOf } from './batch-order.ts';

/**
 * Up to here a prompt (a conversation going on, mostly remembered) is evaluated like a generated token, with one thread
 * less: few tokens are bound by memory, and all cores spinning cost about 10 ms a pass more than they gain
 * (measured on 2 cores, 60M Q8_0, 4 tokens: 15 ms with two threads, 5 with one).
 */
const SMALL_PROMPT_TOKENS = 16;

export interface LibraryAnswerOrder extends Omit<AnswerOrder, 'onEvent' | 'order'> {
  model: LlamaModel;
  sequence: LlamaContextSequence;
  sequenceIndex: number;
  sampling: GenerationSampling;
  threads: ThreadGovernor;
  flusher: EventFlusher;
  /** Of the prompt, remembered by the sequence. */
  cachedTokens: number;
}

/**
 * Writes one answer on one sequence. What the sequence remembers of an earlier turn is not evaluated again. Ends with
 * `length` at the token limit and at the end of the context: nothing is silently forgotten to make room.
 * Raises PROMPT_TOO_LONG before anything is evaluated.
 */
export async function writeAnswer(order: LibraryAnswerOrder): Promise<Answer> {
  const { prompt, sampling } = order;
  const { contextSize } = order.sequence;
  if (prompt.tokens.length + 1 > contextSize) {
    throw new ExpectedError('PROMPT_TOO_LONG', { promptTokens: prompt.tokens.length, contextSize });
  }
  // The last output token is sampled but never evaluated, so prompt and answer fill the context exactly.
  const limit = Math.min(sampling.maxOutputTokens ?? order.maxOutputTokens, order.maxOutputTokens, contextSize - prompt.tokens.length);
  const stops = new StopTexts([...(sampling.stop ?? []), ...prompt.stopTexts]);
  const { flusher } = order;
  const progress: AnswerProgress = { evaluated: 0, outputTokens: 0, firstTokenAt: 0, lastTokenAt: 0 };
  let inPrompt = true;
  let widened = false;
  const promptDone = (evaluated: number): void => {
    if (!inPrompt) return;
    inPrompt = false;
    if (widened) order.threads.promptEnded();
    progress.evaluated += evaluated;
    order.onTokens(evaluated, 0);
  };
  let reason: Answer['reason'] = 'cancelled';
  try {
    const missing = await rememberCommonBeginning(order);
    if (missing.length > SMALL_PROMPT_TOKENS) {
      widened = true;
      order.threads.promptStarted();
    }
    const rest = await evaluateAllButLastSlice(order, missing, progress);
    if (rest !== null) {
      reason = await generate({ order, rest, limit, stops, progress, onFirstToken: () => promptDone(rest.length) });
      promptDone(rest.length);
    }
  } finally {
    promptDone(0);
    flusher.flush();
  }
  return {
    reason,
    stopText: null, // the library's answers do not say which
    usage: { promptTokens: prompt.tokens.length, cachedTokens: order.cachedTokens, outputTokens: progress.outputTokens },
    timing: timingOf(order, progress),
  };
}

interface Generation {
  order: LibraryAnswerOrder;
  rest: Token[];
  limit: number;
  stops: StopTexts;
  progress: AnswerProgress;
  onFirstToken: () => void;
}

async function generate({ order, rest, limit, stops, progress, onFirstToken }: Generation): Promise<Answer['reason']> {
  const text = new TokenText(order.model, order.prompt.tokens);
  const options = { ...samplerOf(order.sampling), evaluationPriority: priorityOf(order.sequenceIndex) };
  let reason: Answer['reason'] = 'stop';
  for await (const token of order.sequence.evaluate(rest, options)) {
    progress.lastTokenAt = performance.now();
    if (progress.firstTokenAt === 0) {
      progress.firstTokenAt = progress.lastTokenAt;
      onFirstToken();
    }
    if (order.signal.aborted) {
      reason = 'cancelled';
      break;
    }
    if (order.prompt.stopTokens.has(token)) break;
    progress.outputTokens += 1;
    order.onTokens(0, 1);
    const step = stops.push(text.push(token));
    order.flusher.add({ kind: 'text', text: step.text, tokens: 1 });
    if (step.stopped) return 'stop';
    if (progress.outputTokens >= limit) {
      reason = 'length';
      break;
    }
  }
  // What was held back, because it might have become a stop text or a whole character, belongs to the answer after all.
  const last = stops.push(text.rest());
  order.flusher.add({ kind: 'text', text: last.text + (last.stopped ? '' : stops.rest()), tokens: 0 });
  return reason;
}

/** Keeps what the sequence remembers of this prompt, forgets the rest, and returns the tokens to be evaluated. */
async function rememberCommonBeginning({ sequence, prompt }: LibraryAnswerOrder): Promise<Token[]> {
  // At least the last token must be evaluated again: the next one is sampled from its result.
  await sequence.adaptStateToTokens(prompt.tokens.slice(0, -1), false);
  return prompt.tokens.slice(sequence.nextTokenIndex);
}

/** In slices of a batch, so that an abort is heard between them and no batch is left half empty. Returns the last slice, or null when aborted on the way. */
async function evaluateAllButLastSlice(order: LibraryAnswerOrder, tokens: Token[], progress: AnswerProgress): Promise<Token[] | null> {
  const { sequence, signal } = order;
  const sliceTokens = sequence.context.batchSize;
  let rest = tokens;
  while (rest.length > sliceTokens) {
    if (signal.aborted) return null;
    const slice = rest.slice(0, sliceTokens);
    await sequence.evaluateWithoutGeneratingNewTokens(slice, { evaluationPriority: priorityOf(order.sequenceIndex) });
    progress.evaluated += slice.length;
    order.onTokens(slice.length, 0);
    rest = rest.slice(sliceTokens);
  }
  return signal.aborted ? null : rest;
}

function samplerOf({ temperature, topP, topK = DEFAULT_TOP_K, minP = 0, seed }: GenerationSampling): { temperature: number; topP: number; topK: number; minP: number; seed: number } {
  return { temperature, topP, topK, minP, seed: seedOf(seed) };
}
