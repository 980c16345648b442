import type { LlamaLibrary } from '../../main/engine/native/llama-library.ts';
import type { NativeContext, NativeModel } from '../../main/engine/native/native-model.ts';
import { createTokenBatch, type TokenBatch } from '../../main/engine/native/token-batch.ts';
import type { TextCoder, Vocabulary } from './tokenizer.ts';
import { promptTokens } from './training-windows.ts';

const sequences = 16;
const tokensPerSequence = 512;
const batchTokens = 2048;

export interface AnswerOrder {
  readonly library: LlamaLibrary;
  readonly model: NativeModel;
  readonly coder: TextCoder;
  readonly vocabulary: Vocabulary;
  readonly threads: number;
  /** Stops an answer after so many lines; 3 is a whole one. */
  readonly lines: number;
  /** And after so many tokens, whatever it says. */
  readonly longestTokens: number;
}

interface Sequence {
  readonly prompt: readonly number[];
  readonly written: number[];
  done: boolean;
}

/** What the model answers to each ticket, always the most probable token (greedy). Sixteen tickets at a time. */
export function generateAnswers(tickets: readonly string[], order: AnswerOrder): string[] {
  const { library, model, coder, vocabulary, threads } = order;
  const context = model.createContext({ contextSize: sequences * tokensPerSequence, batchSize: batchTokens, sequences, threads });
  try {
    const batch = createTokenBatch(library, batchTokens);
    const answers: string[] = [];
    for (let first = 0; first < tickets.length; first += sequences) {
      context.clear();
      const group = tickets.slice(first, first + sequences).map((ticket): Sequence => ({ prompt: promptTokens(coder, vocabulary, ticket), written: [], done: false }));
      answerGroup(group, { context, batch, order });
      answers.push(...group.map(({ written }) => coder.decode(written)));
    }
    return answers;
  } finally {
    context.free();
  }
}

function answerGroup(group: readonly Sequence[], { context, batch, order }: { context: NativeContext; batch: TokenBatch; order: AnswerOrder }): void {
  const { vocabulary, coder, lines, longestTokens } = order;
  const logits = new Float32Array(new ArrayBuffer(vocabulary.tokens.length * 4));
  const [lineBreak] = coder.encode('\n');
  const take = (asked: readonly { sequence: Sequence; at: number }[]): void => {
    if (batch.length === 0) return;
    context.decode(batch);
    for (const { sequence, at } of asked) {
      context.copyLogits(at, logits);
      const token = largest(logits);
      sequence.done = token === vocabulary.special['<|im_end|>'];
      if (sequence.done) continue;
      sequence.written.push(token);
      sequence.done = sequence.written.length >= longestTokens || sequence.written.filter((written) => written === lineBreak).length >= lines;
    }
    batch.clear();
  };
  let asked: { sequence: Sequence; at: number }[] = [];
  for (const [id, sequence] of group.entries()) {
    const { prompt } = sequence;
    if (prompt.length + longestTokens > tokensPerSequence) throw new RangeError(`a ticket of ${prompt.length} tokens is too long`);
    if (batch.length + prompt.length > batchTokens) {
      take(asked);
      asked = [];
    }
    for (const [position, token] of prompt.entries()) batch.add({ token, position, sequence: id, output: position === prompt.length - 1 });
    asked.push({ sequence, at: batch.length - 1 });
  }
  take(asked);
  while (group.some(({ done }) => !done)) {
    asked = [];
    for (const [id, sequence] of group.entries()) {
      if (sequence.done) continue;
      batch.add({ token: sequence.written.at(-1) ?? 0, position: sequence.prompt.length + sequence.written.length - 1, sequence: id, output: true });
      asked.push({ sequence, at: batch.length - 1 });
    }
    take(asked);
  }
}

function largest(values: Float32Array): number {
  let best = 0;
  for (let index = 1; index < values.length; index += 1) if ((values[index] ?? 0) > (values[best] ?? 0)) best = index;
  return best;
}
