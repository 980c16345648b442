import { setTimeout as delay } from 'node:timers/promises';
import type { ServedPurpose } from '../../contract/models.contract.ts';
import type { EngineMessage, GenerationEvent, GenerationOrder, PromptOrder, TokenLogprob } from '../../engine/inference/generation.ts';
import { cancelled, ExpectedError } from '../../kernel/errors.ts';
import type { ModelService } from '../model-port.ts';

/** What reached the engine. */
export interface ScriptedOrder {
  deploymentName: string;
  order: GenerationOrder;
  signal: AbortSignal;
}

/** Deployments that follow a script, by the name that is asked for. */
export const SCRIPTS = [
  /** Says the last message again, word by word; with tools it calls them until one has answered. */
  'parrot',
  'endless', 'busy', 'restarting', 'crashes-at-once', 'crashes-later', 'too-long', 'broken', 'never-ends-properly', 'length',
  /** 400 pieces of 64 KiB as fast as they are taken. */
  'flood',
  /** Waits for its turn until it is given up, or for ever. */
  'waits-in-vain', 'waits',
  /** Says what a fall-back engine says. */
  'falls-back',
  'vectors', 'slow-vectors', 'ranker',
] as const;
/** A deployment that nobody has started. */
export const STOPPED = 'stopped';

const timing = { queuedMs: 0, ttftMs: 1, totalMs: 2, promptTokensPerSecond: 100, outputTokensPerSecond: 100 };
export const FLOOD_PIECE = 'x'.repeat(65_536);
export const FLOOD_PIECES = 400;

export interface ScriptedModels extends ModelService {
  orders: ScriptedOrder[];
  /** Names of answers whose generation was stopped by the signal. */
  aborted: string[];
  /** Events taken of the answers of `flood`. */
  flooded: { pieces: number };
}

export function scriptedModels(): ScriptedModels {
  const orders: ScriptedOrder[] = [];
  const aborted: string[] = [];
  const flooded = { pieces: 0 };
  return {
    orders,
    aborted,
    flooded,
    list: () => [...SCRIPTS, STOPPED].map((name, index) => ({ name, createdAtMs: 1_700_000_000_000 + index, canAnswer: name !== STOPPED, fingerprint: `ver_${name}`, purpose: purposeOf(name), model: { name: `Model of ${name}`, versionNumber: 2 } })),
    generate(deploymentName, order, signal) {
      const script = { deploymentName, order, signal };
      orders.push(script);
      return follow(script, { aborted, flooded });
    },
    countTokens: async (name, prompt) => {
      failAs(name);
      return promptTokensOf(prompt);
    },
    async embed(name, { inputs }, signal) {
      failAs(name);
      if (name === 'slow-vectors') await untilAborted(signal, () => aborted.push(name));
      if (name !== 'vectors') throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-embeddings', detail: '' });
      const lengths = inputs.map((input) => (typeof input === 'string' ? wordsOf(input).length : input.length));
      return { vectors: lengths.map((length) => [0.6, 0.8, 0, length / 1024]), promptTokens: sum(lengths) };
    },
    async rank(name, { query, documents }) {
      failAs(name);
      if (name !== 'ranker') throw new ExpectedError('GENERATION_REFUSED', { reason: 'no-ranking', detail: '' });
      const words = wordsOf(query);
      return { scores: documents.map((text) => words.filter((word) => text.includes(word)).length - 0.5), promptTokens: sum(documents.map((text) => wordsOf(text).length + words.length)) };
    },
  };
}

function purposeOf(name: string): ServedPurpose {
  if (name === 'ranker') return 'reranking';
  return name.endsWith('vectors') ? 'embedding' : 'text-generation';
}

function failAs(name: string): void {
  if (name === 'busy') throw new ExpectedError('DEPLOYMENT_BUSY', { name: 'busy', queueLimit: 3 });
  if (name === 'restarting' || name === STOPPED) throw new ExpectedError('DEPLOYMENT_NOT_READY', { name, state: name });
  if (name === 'crashes-at-once') throw new ExpectedError('ENGINE_FAILED', { reason: 'crashed', detail: 'GGML_ASSERT' });
  if (name === 'broken') throw new Error('a secret detail of the inside');
  if (name === 'falls-back') throw new ExpectedError('GENERATION_REFUSED', { reason: 'fall-back-engine', detail: 'format' });
}

function untilAborted(signal: AbortSignal, then: () => void): Promise<never> {
  return new Promise((_resolve, reject) => {
    const stop = (): void => {
      then();
      reject(cancelled());
    };
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop);
  });
}

async function* follow(script: ScriptedOrder, told: { aborted: string[]; flooded: { pieces: number } }): AsyncGenerator<GenerationEvent, void, void> {
  const { deploymentName, order, signal } = script;
  const promptTokens = promptTokensOf(order.prompt);
  let outputTokens = 0;
  const finished = (reason: Extract<GenerationEvent, { kind: 'finished' }>['reason']): GenerationEvent => ({ kind: 'finished', reason, stopText: null, usage: { promptTokens, cachedTokens: promptTokens - 1, outputTokens }, timing });
  failAs(deploymentName);
  yield { kind: 'queued', position: 1 };
  if (deploymentName === 'too-long') throw new ExpectedError('PROMPT_TOO_LONG', { promptTokens: 5000, contextSize: 4096 });
  if (deploymentName === 'waits-in-vain') throw new ExpectedError('QUEUE_TIMEOUT', { name: deploymentName, waitedMs: 60_000 });
  if (deploymentName === 'waits') await untilAborted(signal, () => told.aborted.push(deploymentName));
  yield { kind: 'started', promptTokens, cachedTokens: promptTokens - 1 };
  const calls = deploymentName === 'parrot' ? callsOf(order.prompt) : [];
  if (calls.length > 0) {
    outputTokens += 1;
    yield { kind: 'text', text: '', tokens: 1 };
  }
  for (const [index, name] of calls.entries()) {
    yield { kind: 'toolCall', index, id: `call_${index}`, name };
    for (const text of ['{"city":', `"Bern ${index}"}`]) {
      outputTokens += 1;
      yield { kind: 'toolArguments', index, text, tokens: 1 };
    }
  }
  if (calls.length > 0) return void (yield finished('tool-calls'));
  try {
    for (const text of piecesOf(script)) {
      if (outputTokens >= (order.sampling.maxOutputTokens ?? Number.POSITIVE_INFINITY)) return void (yield finished('length'));
      if (deploymentName !== 'parrot' && deploymentName !== 'flood') await delay(2);
      if (signal.aborted) {
        told.aborted.push(deploymentName);
        return void (yield finished('cancelled'));
      }
      if (deploymentName === 'crashes-later' && outputTokens === 3) throw new ExpectedError('ENGINE_FAILED', { reason: 'crashed', detail: 'GGML_ASSERT' });
      if (deploymentName === 'never-ends-properly' && outputTokens === 3) return;
      outputTokens += 1;
      if (deploymentName === 'flood') told.flooded.pieces += 1;
      yield { kind: 'text', text, tokens: 1, ...(order.topLogprobs === null ? {} : { logprobs: [logprobOf(text, order.topLogprobs)] }) };
    }
    yield finished('stop');
  } finally {
    if (signal.aborted && !told.aborted.includes(deploymentName)) told.aborted.push(deploymentName);
  }
}

function* piecesOf({ deploymentName, order: { prompt } }: ScriptedOrder): Generator<string> {
  if (deploymentName === 'flood') {
    for (let piece = 0; piece < FLOOD_PIECES; piece += 1) yield FLOOD_PIECE;
  } else if (deploymentName === 'parrot') yield* wordsOf(lastText(prompt));
  else for (let index = 0; index < (deploymentName === 'endless' ? 1_000_000 : 100); index += 1) yield `${index} `;
}

/** Names of the tools it calls: the chosen one, or up to two, none once one has answered. */
function callsOf(prompt: PromptOrder): string[] {
  if (prompt.kind !== 'chat' || prompt.tools === undefined || prompt.messages.at(-1)?.role === 'tool') return [];
  const { toolChoice = { kind: 'auto' }, parallelToolCalls = true } = prompt;
  if (toolChoice.kind === 'none') return [];
  if (toolChoice.kind === 'named') return [toolChoice.name];
  return prompt.tools.slice(0, parallelToolCalls ? 2 : 1).map(({ name }) => name);
}

function lastText(prompt: PromptOrder): string {
  switch (prompt.kind) {
    case 'chat':
      return (prompt.messages.at(-1) as EngineMessage).content;
    case 'text':
      return prompt.text;
    case 'tokens':
      return prompt.tokens.join(' ');
  }
}

function promptTokensOf(prompt: PromptOrder): number {
  if (prompt.kind === 'chat') return prompt.messages.length;
  return prompt.kind === 'text' ? wordsOf(prompt.text).length : prompt.tokens.length;
}

function logprobOf(text: string, count: number): TokenLogprob {
  const one = { token: 7, text, bytes: [...Buffer.from(text)], logprob: -0.25 };
  return { ...one, top: Array.from({ length: count }, (_, index) => ({ ...one, token: 7 + index, text: `${text}${index}`, logprob: -0.25 - index })) };
}

function wordsOf(text: string): string[] {
  return text.split(/(?<= )/);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
