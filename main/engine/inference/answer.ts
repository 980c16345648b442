import type { LlamaContextSequence, LlamaModel, Token } from 'node-llama-cpp';
import type { AnswerTiming, Sampling, Usage } from '../../contract/deployments.contract.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import type { Prompt } from './prompt-format.ts';
import { StopTexts } from './stop-texts.ts';
import { TextFlusher } from './text-flusher.ts';
import type { ThreadGovernor } from './thread-governor.ts';
import { TokenText } from './token-text.ts';
import { priorityOf } from './batch-order.ts';

/** Prompt tokens evaluated between two looks at the abort signal; also the library's default batch. */
const PROMPT_SLICE_TOKENS = 512;
/** Number of highest-rated tokens considered before top-p: llama.cpp's own default, so answers compare with its server. */
const TOP_K = 40;

export interface AnswerOrder {
  model: LlamaModel;
  sequence: LlamaContextSequence;
  sequenceIndex: number;
  prompt: Prompt;
  sampling: Sampling;
  maxOutputTokens: number;
  threads: ThreadGovernor;
  signal: AbortSignal;
  /** When the request arrived and when its turn came, on the clock of performance.now(). */
  arrivedAt: number;
  startedAt: number;
  onText: (text: string, tokens: number) => void;
  /** For the counters in the beats: tokens evaluated from prompts, tokens generated. */
  onTokens: (promptTokens: number, outputTokens: number) => void;
}

export interface Answer {
  reason: 'stop' | 'length' | 'cancelled';
  usage: Usage;
  timing: AnswerTiming;
}

/**
 * Writes one answer on one sequence. What the sequence remembers of an earlier turn is not evaluated again. Ends with
 * `length` at the token limit and at the end of the context: nothing is silently forgotten to make room.
 * Raises PROMPT_TOO_LONG before anything is evaluated.
 */
export async function writeAnswer(order: AnswerOrder): Promise<Answer> {
  const { prompt, sampling } = order;
  const { contextSize } = order.sequence;
  if (prompt.tokens.length + 1 > contextSize) {
    throw new ExpectedError('PROMPT_TOO_LONG', { promptTokens: prompt.tokens.length, contextSize });
  }
  // The last output token is sampled but never evaluated, so prompt and answer fill the context exactly.
  const limit = Math.min(sampling.maxOutputTokens ?? order.maxOutputTokens, order.maxOutputTokens, contextSize - prompt.tokens.length);
  const stops = new StopTexts([...(sampling.stop ?? []), ...prompt.stopTexts]);
  const flusher = new TextFlusher(order.onText);
  const progress: Progress = { evaluated: 0, outputTokens: 0, firstTokenAt: 0, lastTokenAt: 0 };
  order.threads.promptStarted();
  let inPrompt = true;
  const promptDone = (evaluated: number): void => {
    if (!inPrompt) return;
    inPrompt = false;
    order.threads.promptEnded();
    progress.evaluated += evaluated;
    order.onTokens(evaluated, 0);
  };
  let reason: Answer['reason'] = 'cancelled';
  try {
    const rest = await evaluateBeginning(order, progress);
    if (rest !== null) {
      reason = await generate({ order, rest, limit, stops, flusher, progress, onFirstToken: () => promptDone(rest.length) });
      promptDone(rest.length);
    }
  } finally {
    promptDone(0);
    flusher.flush();
  }
  return {
    reason,
    usage: { promptTokens: prompt.tokens.length, outputTokens: progress.outputTokens },
    timing: timingOf(order, progress),
  };
}

/** Times on the clock of performance.now(), 0 = not yet. */
interface Progress {
  evaluated: number;
  outputTokens: number;
  firstTokenAt: number;
  lastTokenAt: number;
}

interface Generation {
  order: AnswerOrder;
  rest: Token[];
  limit: number;
  stops: StopTexts;
  flusher: TextFlusher;
  progress: Progress;
  onFirstToken: () => void;
}

async function generate({ order, rest, limit, stops, flusher, progress, onFirstToken }: Generation): Promise<Answer['reason']> {
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
    flusher.add(step.text, 1);
    if (step.stopped) return 'stop';
    if (progress.outputTokens >= limit) {
      reason = 'length';
      break;
    }
  }
  // What was held back, because it might have become a stop text or a whole character, belongs to the answer after all.
  const last = stops.push(text.rest());
  flusher.add(last.text + (last.stopped ? '' : stops.rest()), 0);
  return reason;
}

/**
 * Brings the sequence to the prompt: keeps the common beginning, forgets the rest, evaluates all but the last slice.
 * Returns the tokens still to be evaluated (at least one), or null when aborted on the way.
 */
async function evaluateBeginning(order: AnswerOrder, progress: Progress): Promise<Token[] | null> {
  const { sequence, prompt, signal } = order;
  // At least the last token must be evaluated again: the next one is sampled from its result.
  await sequence.adaptStateToTokens(prompt.tokens.slice(0, -1), false);
  let rest = prompt.tokens.slice(sequence.nextTokenIndex);
  while (rest.length > PROMPT_SLICE_TOKENS) {
    if (signal.aborted) return null;
    const slice = rest.slice(0, PROMPT_SLICE_TOKENS);
    await sequence.evaluateWithoutGeneratingNewTokens(slice, { evaluationPriority: priorityOf(order.sequenceIndex) });
    progress.evaluated += slice.length;
    order.onTokens(slice.length, 0);
    rest = rest.slice(PROMPT_SLICE_TOKENS);
  }
  return signal.aborted ? null : rest;
}

/** Without a seed a random one: the library's default is the second of the day, the same for all who ask in it. */
function samplerOf(sampling: Sampling): { temperature: number; topP: number; topK: number; seed: number } {
  const seed = sampling.seed ?? Math.floor(Math.random() * 4_294_967_296);
  return { temperature: sampling.temperature, topP: sampling.topP, topK: TOP_K, seed };
}

function timingOf(order: AnswerOrder, progress: Progress): AnswerTiming {
  const endedAt = performance.now();
  const firstTokenAt = progress.firstTokenAt === 0 ? endedAt : progress.firstTokenAt;
  return {
    queuedMs: order.startedAt - order.arrivedAt,
    ttftMs: firstTokenAt - order.arrivedAt,
    totalMs: endedAt - order.arrivedAt,
    promptTokensPerSecond: rate(progress.evaluated, firstTokenAt - order.startedAt),
    // The first token belongs to the prompt's time.
    outputTokensPerSecond: rate(progress.outputTokens - 1, progress.lastTokenAt - firstTokenAt),
  };
}

function rate(count: number, durationMs: number): number {
  return count > 0 && durationMs > 0 ? (count / durationMs) * 1000 : 0;
}
