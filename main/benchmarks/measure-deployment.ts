import type { BenchmarkPlan, BenchmarkRow } from '../contract/benchmarks.contract.ts';
import type { ChatEvent } from '../contract/deployments.contract.ts';
import { medianOf, percentilesOf, spreadOf } from '../engine/measuring/spread.ts';
import { ExpectedError } from '../kernel/errors.ts';

export interface DeploymentOrder {
  plan: BenchmarkPlan;
  /** Asks the deployment as any program would: through its queue. */
  ask(question: string, maxOutputTokens: number, signal: AbortSignal): AsyncIterable<ChatEvent>;
  signal: AbortSignal;
  onPhase(phase: 'warm-up' | 'prompt' | 'generation' | 'streams'): void;
  onProgress(done: number, total: number): void;
}

interface Answer {
  promptTokens: number;
  outputTokens: number;
  promptTokensPerSecond: number;
  outputTokensPerSecond: number;
  /** As whoever asks sees it, queue included; null when no text came. */
  ttftMs: number | null;
  /** Between a delivery and the one before it. Tokens within 16 ms of each other come in one delivery. */
  gapsMs: number[];
  endedAt: number;
}

const words = ['river', 'winter', 'letter', 'garden', 'answer', 'morning', 'window', 'music', 'doctor', 'silver', 'paper', 'island', 'market', 'story', 'bridge', 'summer'];
/** A question that wants a long answer. */
const wish = 'Write a very long story about these words:';

/**
 * Measures a deployment as it runs. What it serves beside this is in the figures: that is what is asked. A prompt's size is met as nearly as text
 * allows and told as it was; an answer may end before its size, and the row says how long it was. Raises what an answer raises.
 */
export async function measureDeployment(order: DeploymentOrder): Promise<BenchmarkRow[]> {
  const { plan } = order;
  order.onPhase('warm-up');
  const perWord = await tokensPerWord(order);
  if (plan.warmUp) await oneAnswer(order, textOf(16), 8);
  return [...(await prompts(order, perWord)), ...(await generations(order)), ...(await streams(order, perWord))];
}

/** Two texts of different length tell a word's tokens from what the chat template adds. */
async function tokensPerWord(order: DeploymentOrder): Promise<{ each: number; around: number }> {
  const few = await oneAnswer(order, textOf(8), 1);
  const many = await oneAnswer(order, textOf(40), 1);
  const each = Math.max(0.5, (many.promptTokens - few.promptTokens) / 32);
  return { each, around: Math.max(0, few.promptTokens - 8 * each) };
}

async function prompts(order: DeploymentOrder, perWord: { each: number; around: number }): Promise<BenchmarkRow[]> {
  const { plan } = order;
  if (plan.promptSizes.length > 0) order.onPhase('prompt');
  const rows: BenchmarkRow[] = [];
  for (const [at, size] of plan.promptSizes.entries()) {
    const answers = await repeat(order, { at, of: plan.promptSizes.length, once: () => oneAnswer(order, textOf(wordsFor(size, perWord)), 1) });
    rows.push(...rowOf('prompt', answers, { streams: 1, speedOf: (answer) => answer.promptTokensPerSecond }));
  }
  return rows;
}

async function generations(order: DeploymentOrder): Promise<BenchmarkRow[]> {
  const { plan } = order;
  if (plan.generationSizes.length > 0) order.onPhase('generation');
  const rows: BenchmarkRow[] = [];
  for (const [at, size] of plan.generationSizes.entries()) {
    const answers = await repeat(order, { at, of: plan.generationSizes.length, once: () => oneAnswer(order, textOf(8), size) });
    rows.push(...rowOf('generation', answers, { streams: 1, speedOf: (answer) => answer.outputTokensPerSecond }));
  }
  return rows;
}

async function streams(order: DeploymentOrder, perWord: { each: number; around: number }): Promise<BenchmarkRow[]> {
  const { plan } = order;
  if (plan.streams.length > 0) order.onPhase('streams');
  const rows: BenchmarkRow[] = [];
  for (const [at, count] of plan.streams.entries()) {
    const speeds: number[] = [];
    const answers: Answer[] = [];
    await repeat(order, {
      at,
      of: plan.streams.length,
      async once() {
        const startedAt = performance.now();
        const together = await allOrNone(order, count, (each) => oneAnswer(each, textOf(wordsFor(plan.streamPromptTokens, perWord)), plan.streamOutputTokens));
        const tokens = together.reduce((sum, answer) => sum + answer.outputTokens, 0);
        speeds.push((tokens / (Math.max(...together.map((answer) => answer.endedAt)) - startedAt)) * 1000);
        answers.push(...together);
      },
    });
    const firsts = answers.flatMap((answer) => answer.ttftMs ?? []);
    const gaps = answers.flatMap((answer) => answer.gapsMs);
    rows.push({
      test: 'streams',
      promptTokens: Math.round(medianOf(answers.map((answer) => answer.promptTokens))),
      outputTokens: Math.round(medianOf(answers.map((answer) => answer.outputTokens))),
      streams: count,
      tokensPerSecond: spreadOf(speeds),
      ttftMs: firsts.length === 0 ? null : percentilesOf(firsts),
      interTokenMs: gaps.length === 0 ? null : percentilesOf(gaps),
    });
  }
  return rows;
}

/** When one answer fails the others are stopped: a deployment is not left busy with what nobody waits for. */
async function allOrNone(order: DeploymentOrder, count: number, ask: (order: DeploymentOrder) => Promise<Answer>): Promise<Answer[]> {
  const abort = new AbortController();
  const each: DeploymentOrder = { ...order, signal: AbortSignal.any([order.signal, abort.signal]) };
  const settled = await Promise.allSettled(
    Array.from({ length: count }, async () => {
      try {
        return await ask(each);
      } catch (error) {
        abort.abort();
        throw error;
      }
    }),
  );
  const failures = settled.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  const cause = failures.find((error) => !(error instanceof ExpectedError && error.code === 'CANCELLED')) ?? failures[0];
  if (cause !== undefined) throw cause;
  return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}

async function repeat<Value>(order: DeploymentOrder, { at, of, once }: { at: number; of: number; once: () => Promise<Value> }): Promise<Value[]> {
  const { repeats } = order.plan;
  const values: Value[] = [];
  for (let index = 0; index < repeats; index += 1) {
    values.push(await once());
    order.onProgress(at * repeats + index + 1, of * repeats);
  }
  return values;
}

/** Nothing where no answer could be timed: an answer of a single token has no speed. */
function rowOf(test: 'prompt' | 'generation', answers: readonly Answer[], { streams: count, speedOf }: { streams: number; speedOf: (answer: Answer) => number }): BenchmarkRow[] {
  const timed = answers.filter((answer) => speedOf(answer) > 0);
  if (timed.length === 0) return [];
  return [
    {
      test,
      promptTokens: Math.round(medianOf(timed.map((answer) => answer.promptTokens))),
      outputTokens: test === 'prompt' ? 0 : Math.round(medianOf(timed.map((answer) => answer.outputTokens))),
      streams: count,
      tokensPerSecond: spreadOf(timed.map(speedOf)),
      ttftMs: null,
      interTokenMs: null,
    },
  ];
}

async function oneAnswer(order: DeploymentOrder, question: string, maxOutputTokens: number): Promise<Answer> {
  const askedAt = performance.now();
  let ttftMs: number | null = null;
  let lastAt = askedAt;
  const gapsMs: number[] = [];
  for await (const event of order.ask(question, maxOutputTokens, order.signal)) {
    const now = performance.now();
    if (event.kind === 'text' && event.tokens > 0) {
      if (ttftMs === null) ttftMs = now - askedAt;
      else gapsMs.push(now - lastAt);
      lastAt = now;
    }
    if (event.kind !== 'finished') continue;
    if (event.reason === 'cancelled') break;
    return { ...event.usage, promptTokensPerSecond: event.timing.promptTokensPerSecond, outputTokensPerSecond: event.timing.outputTokensPerSecond, ttftMs, gapsMs, endedAt: now };
  }
  throw new ExpectedError('CANCELLED', {});
}

function wordsFor(tokens: number, { each, around }: { each: number; around: number }): number {
  return Math.max(1, Math.round((tokens - around) / each));
}

/** Begins differently each time, because an engine remembers the beginning of what it has read. */
function textOf(count: number): string {
  const random = (): string => words[Math.floor(Math.random() * words.length)] ?? '';
  return `${Array.from({ length: count }, random).join(' ')}\n${wish}`;
}
