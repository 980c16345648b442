import { setImmediate as nextTurn } from 'node:timers/promises';
import { ExpectedError } from '../../../kernel/errors.ts';
import type { LlamaLibrary } from '../../native/llama-library.ts';
import type { NativeContext, NativeModel } from '../../native/native-model.ts';
import { createPacedDecoder } from '../../native/paced-decode.ts';
import type { ServingFunctions } from '../../native/serving-functions.ts';
import { createTokenBatch } from '../../native/token-batch.ts';
import { createCandidateList } from '../../native/token-sampler.ts';
import type { Answer, AnswerOrder, ServingLoop } from '../serving-loop.ts';
import { timingOf } from '../serving-loop.ts';
import { createRunningAnswer } from './running-answer.ts';
import type { AnswerTools, RunningAnswer } from './running-answer.ts';
import { createLogprobReader } from './read-logprobs.ts';
import { createSequenceMemories } from './sequence-memory.ts';
import type { SequenceMemory } from './sequence-memory.ts';
import { createStepThreads } from './step-threads.ts';
import { createTokenPieces } from './token-pieces.ts';

export interface NativeLoopOptions {
  library: LlamaLibrary;
  functions: ServingFunctions;
  model: NativeModel;
  context: NativeContext;
  /** Tokens of one sequence. */
  contextSize: number;
  sequences: number;
  batchSize: number;
  threads: number;
}

export interface NativeLoop extends ServingLoop {
  /** Forgets every conversation; only while nothing is written. */
  forgetAll(): void;
}

/** A sequence and the answer that is being written on it. */
interface Slot {
  readonly memory: SequenceMemory;
  lastUsed: number;
  work: Work | null;
}

interface Work {
  answer: RunningAnswer;
  end: PromiseWithResolvers<Answer>;
  order: AnswerOrder;
}

/** A share of its prompt this small that a sequence remembers is no reason to take it from the conversation it belongs to. */
const worthwhileShare = 0.1;

/**
 * Continuous batching: every step computes one token of each answer that is being written and, in the room the batch has left, pieces of the prompts of
 * the others, in the order of their sequences, because llama.cpp makes one micro-batch only of consecutive ones. The event loop turns between steps, so
 * that a stop is heard within a token.
 */
export function createNativeLoop(options: NativeLoopOptions): NativeLoop {
  const { library, functions, model, context, contextSize, batchSize } = options;
  const vocabulary = library.llama_model_get_vocab(model.pointer);
  const pieces = createTokenPieces(functions, vocabulary);
  const tools: AnswerTools = {
    sampler: { library, functions, vocabulary, vocabularySize: model.vocabularySize, context, candidates: createCandidateList(library, model.vocabularySize) },
    pieces,
    logprobs: createLogprobReader(context, model.vocabularySize, pieces),
    tokenize: (text) => [...model.tokenize(text, { addSpecial: false, parseSpecial: true })],
    isEnd: (token) => functions.llama_vocab_is_eog(vocabulary, token),
  };
  const slots: Slot[] = createSequenceMemories(options, options.sequences).map((memory) => ({ memory, lastUsed: 0, work: null }));
  const batch = createTokenBatch(library, batchSize);
  const decoder = createPacedDecoder(context, new AbortController().signal);
  const threads = createStepThreads(options.threads);
  let uses = 0;
  let isRunning = false;

  const busy = (): (Slot & { work: Work })[] => slots.filter((slot): slot is Slot & { work: Work } => slot.work !== null);

  /** The free sequence that remembers the longest beginning of this prompt; where none remembers much, the one unused the longest. */
  const takeSlot = (prompt: readonly number[]): Slot => {
    let best: Slot | null = null;
    let bestKnown = -1;
    for (const slot of slots) {
      if (slot.work !== null) continue;
      const common = slot.memory.common(prompt);
      const known = common < prompt.length * worthwhileShare ? 0 : common;
      if (best === null || known > bestKnown || (known === bestKnown && slot.lastUsed < best.lastUsed)) {
        best = slot;
        bestKnown = known;
      }
    }
    if (best === null) throw new Error('an answer was begun although no sequence is free');
    return best;
  };

  const finish = (slot: Slot & { work: Work }, settle: (work: Work) => void): void => {
    const { work } = slot;
    (slot as Slot).work = null;
    work.answer.free();
    settle(work);
  };
  const endWhatHasEnded = (slot: Slot & { work: Work }): void => {
    const { answer, order } = slot.work;
    if (answer.reason === null && order.signal.aborted) answer.cancel();
    const { reason } = answer;
    if (reason === null) return;
    const ended: Answer = { reason, stopText: answer.stopText, usage: answer.usage(), timing: timingOf(order, answer.progress) };
    finish(slot, ({ end }) => end.resolve(ended));
  };

  /** Fills the batch for one step. Answers get one token each; what room is left is shared evenly among the prompts. */
  const fillStep = (working: readonly (Slot & { work: Work })[]): { outputs: { slot: Slot & { work: Work }; index: number }[]; promptTokens: number } => {
    batch.clear();
    const wanted = working.map(({ work }) => work.answer.wantedTokens);
    const amounts = shareOut(wanted, batchSize);
    const outputs: { slot: Slot & { work: Work }; index: number }[] = [];
    let promptTokens = 0;
    for (const [at, slot] of working.entries()) {
      const { memory, work } = slot;
      const isPrompt = work.answer.isInPrompt;
      const tokens = work.answer.take(amounts[at] ?? 0);
      const position = memory.length;
      const wantsOutput = work.answer.wantedTokens === 0;
      for (const [offset, token] of tokens.entries()) {
        batch.add({ token, position: position + offset, sequence: memory.sequence, output: wantsOutput && offset === tokens.length - 1 });
      }
      memory.computed(tokens);
      if (isPrompt) promptTokens += tokens.length;
      if (wantsOutput && tokens.length > 0) outputs.push({ slot, index: batch.length - 1 });
    }
    return { outputs, promptTokens };
  };

  const step = async (): Promise<void> => {
    const working = busy();
    const { outputs, promptTokens } = fillStep(working);
    const count = threads.choose({ sequences: outputs.length, promptTokens });
    context.setThreads(count, count);
    const startedAt = performance.now();
    const pending = decoder.decode(batch);
    if (pending !== null) await pending;
    context.synchronize();
    threads.took(performance.now() - startedAt);
    for (const { slot, index } of outputs) slot.work.answer.written(index);
    for (const slot of working) {
      if (!outputs.some((output) => output.slot === slot)) slot.work.answer.prompted();
      endWhatHasEnded(slot);
    }
  };

  /** After a failed step nobody knows what the cache holds: everything is forgotten, and every answer ends with the reason. */
  const failAll = (error: unknown): void => {
    for (const slot of busy()) finish(slot, ({ end }) => end.reject(error));
    context.clear();
    for (const { memory } of slots) memory.clear();
  };

  const run = async (): Promise<void> => {
    isRunning = true;
    while (busy().length > 0) {
      for (const slot of busy()) endWhatHasEnded(slot);
      if (busy().length === 0) break;
      try {
        await step();
      } catch (error) {
        failAll(error);
      }
      // What was written goes out, what was asked meanwhile comes in.
      await nextTurn();
    }
    isRunning = false;
  };

  return {
    get freeCount() {
      return slots.filter((slot) => slot.work === null).length;
    },
    write(order) {
      const { tokens } = order.prompt;
      if (tokens.length + 1 > contextSize) return Promise.reject(new ExpectedError('PROMPT_TOO_LONG', { promptTokens: tokens.length, contextSize }));
      const slot = takeSlot(tokens);
      const end = Promise.withResolvers<Answer>();
      uses += 1;
      slot.lastUsed = uses;
      const known = Math.min(slot.memory.common(tokens), tokens.length - 1);
      let answer: RunningAnswer;
      try {
        answer = createRunningAnswer(tools, { order, contextSize });
      } catch (error) {
        return Promise.reject(error as Error);
      }
      const kept = known === 0 && slot.memory.length === 0 ? 0 : slot.memory.keep(tokens);
      answer.begin(kept);
      slot.work = { answer, end, order };
      if (!isRunning) void run();
      return end.promise;
    },
    setThreads: (count) => threads.setBudget(count),
    forgetAll() {
      context.clear();
      for (const { memory } of slots) memory.clear();
    },
  };
}

/** How many tokens each may give: one to everybody as long as there is room, and what is left shared evenly among those who have more. */
export function shareOut(wanted: readonly number[], room: number): number[] {
  const amounts = wanted.map((want, index) => (index < room ? Math.min(1, want) : 0));
  let left = room - amounts.reduce((sum, amount) => sum + amount, 0);
  while (left > 0) {
    const hungry = wanted.map((want, index) => ({ index, more: want - (amounts[index] ?? 0) })).filter(({ more }) => more > 0);
    if (hungry.length === 0) break;
    const share = Math.max(1, Math.floor(left / hungry.length));
    for (const { index, more } of hungry) {
      const given = Math.min(more, share, left);
      amounts[index] = (amounts[index] ?? 0) + given;
      left -= given;
    }
  }
  return amounts;
}
