import { packWindows, type TokenisedExample } from '../../main/engine/native/training/pack-windows.ts';
import type { TrainingWindow } from '../../main/engine/native/training/window-io.ts';
import { type SeededRandom, seededRandom } from '../../main/engine/testing/seeded-random.ts';
import { chatRowOf, type Ticket } from './corpus.ts';
import { oneOf } from './fill-wording.ts';
import type { Language } from './labels.ts';
import type { TextCoder, Vocabulary } from './tokenizer.ts';

/** Some chat programs put such a message before everything: the model is to take no notice of it. */
const systemMessages: Readonly<Record<Language, readonly string[]>> = {
  en: ['You are a helpful assistant.', 'You are the help desk of a hospital.', 'Sort this ticket.'],
  zh: ['你是一个有用的助手。', '你是医院信息科服务台。', '请给工单分类。'],
};
const shareWithSystemMessage = 0.08;

/** The tokens before the model's turn, as the chat template in the file writes them. */
export function promptTokens(coder: TextCoder, { special }: Vocabulary, ticketText: string): number[] {
  return [...turn(coder, special, `user\n${ticketText}`), special['<|im_start|>'], ...coder.encode('assistant\n')];
}

function turn(coder: TextCoder, special: Vocabulary['special'], text: string): number[] {
  return [special['<|im_start|>'], ...coder.encode(text), special['<|im_end|>'], ...coder.encode('\n')];
}

/**
 * Windows of whole conversations, and how much each token counts: the label lines `labelWeight`, the rest of an answer 1, the ticket
 * `ticketWeight`.
 */
export function trainingWindows(
  tickets: readonly Ticket[],
  { coder, vocabulary }: { coder: TextCoder; vocabulary: Vocabulary },
  { contextSize, ticketWeight, labelWeight, labelsOnlyShare, seed }: { contextSize: number; ticketWeight: number; labelWeight: number; labelsOnlyShare: number; seed: number },
): TrainingWindow[] {
  const random = seededRandom(seed);
  const { special } = vocabulary;
  const examples = tickets.map((ticket) => exampleOf(ticket, { coder, vocabulary, labelsOnly: random.next() < labelsOnlyShare, random }));
  const windows = packWindows(examples, { contextSize, packing: 'packed', paddingToken: special['<|endoftext|>'] });
  const [assistant = -1] = coder.encode('assistant');
  const [lineBreak = -1] = coder.encode('\n');
  for (const window of windows) weigh(window, { start: special['<|im_start|>'], end: special['<|im_end|>'], assistant, lineBreak, ticketWeight, labelWeight });
  return windows;
}

interface ExampleOrder {
  readonly coder: TextCoder;
  readonly vocabulary: Vocabulary;
  /** Ends the conversation behind the two label lines. */
  readonly labelsOnly: boolean;
  readonly random: SeededRandom;
}

function exampleOf(ticket: Ticket, { coder, vocabulary, labelsOnly, random }: ExampleOrder): TokenisedExample {
  const { special } = vocabulary;
  const tokens: number[] = [];
  if (random.next() < shareWithSystemMessage) tokens.push(...turn(coder, special, `system\n${oneOf(random, systemMessages[ticket.language])}`));
  const whole = chatRowOf(ticket).messages.map(({ role, content }) => turn(coder, special, `${role}\n${content}`));
  tokens.push(...whole.flatMap((turnTokens, index) => (labelsOnly && index > 0 ? untilLineBreak(turnTokens, coder, 3) : turnTokens)));
  return { tokens, scored: tokens.map(() => true) };
}

/** Up to and with the line break of that number. */
function untilLineBreak(tokens: readonly number[], coder: TextCoder, number: number): readonly number[] {
  const [lineBreak] = coder.encode('\n');
  let seen = 0;
  return tokens.slice(0, tokens.findIndex((token) => (seen += token === lineBreak ? 1 : 0) === number) + 1);
}

interface Weighing {
  readonly start: number;
  readonly end: number;
  readonly assistant: number;
  readonly lineBreak: number;
  readonly ticketWeight: number;
  readonly labelWeight: number;
}

/** Position i predicts token i + 1; what counts is the turn that token belongs to. */
function weigh({ tokens, weights }: TrainingWindow, { start, end, assistant, lineBreak, ticketWeight, labelWeight }: Weighing): void {
  if (weights === null) return;
  let answering = false;
  let lineBreaks = 0;
  for (const [index, token] of tokens.entries()) {
    if (token === start) {
      answering = tokens[index + 1] === assistant;
      lineBreaks = 0;
    }
    if (token === lineBreak) lineBreaks += 1;
    // Line break 1 ends "assistant", 2 the category, 3 the urgency.
    const weight = !answering ? ticketWeight : lineBreaks === 1 || lineBreaks === 2 ? labelWeight : 1;
    weights[index] = (weights[index] ?? 0) > 0 ? weight : 0;
    if (token === end) answering = false;
  }
}
