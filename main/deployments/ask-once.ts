import type { TrialEvent } from '../contract/deployments.contract.ts';
import type { ServedPurpose } from '../contract/models.contract.ts';
import type { SupervisedEngine } from '../engine/supervisor/supervised-engine.ts';
import { cancelled } from '../kernel/errors.ts';

type Finished = Omit<Extract<TrialEvent, { kind: 'finished' }>, 'trialId' | 'rssBytes'>;
type Shown = Extract<TrialEvent, { kind: 'text' | 'embedded' | 'ranked' }>;

interface Question {
  question: string;
  documents?: string[] | undefined;
  limits: { maxOutputTokens: number };
  signal: AbortSignal;
}

/** Ranked where nobody says what: one that says the same as any question, and one that says something else. */
const otherDocument = 'The weather was fine, and nobody asked about it.';
const shownNumbers = 8;

/** One question, answered as a model of this purpose does: by a text, a vector or an order of documents. Raises CANCELLED. */
export async function* askedOf(engine: SupervisedEngine, purpose: ServedPurpose, request: Question): AsyncGenerator<Shown | Finished, void, void> {
  const { question, signal } = request;
  const startedMs = performance.now();
  switch (purpose) {
    case 'text-generation':
      yield* written(engine, request);
      return;
    case 'embedding': {
      const { vectors: [vector = []], promptTokens } = await engine.embed({ inputs: [question], share: '' }, signal);
      yield { kind: 'embedded', dimensions: vector.length, length: Math.hypot(...vector), first: vector.slice(0, shownNumbers) };
      yield computed(promptTokens, performance.now() - startedMs);
      return;
    }
    case 'reranking': {
      const documents = request.documents ?? [question, otherDocument];
      const { scores, promptTokens } = await engine.rank({ query: question, documents, share: '' }, signal);
      yield { kind: 'ranked', documents: documents.map((text, index) => ({ text, score: scores[index] ?? 0 })).sort((one, other) => other.score - one.score) };
      yield computed(promptTokens, performance.now() - startedMs);
    }
  }
}

async function* written(engine: SupervisedEngine, { question, limits, signal }: Question): AsyncGenerator<Shown | Finished, void, void> {
  const sampling = { temperature: 0.7, topP: 0.95, maxOutputTokens: Math.min(256, limits.maxOutputTokens) };
  for await (const event of engine.chat([{ role: 'user', content: question }], sampling, { signal })) {
    if (event.kind === 'text') yield event;
    if (event.kind !== 'finished') continue;
    if (event.reason === 'cancelled') throw cancelled();
    yield { kind: 'finished', usage: event.usage, timing: event.timing };
  }
}

/** Nothing is written: what took time is the text. */
function computed(promptTokens: number, totalMs: number): Finished {
  const promptTokensPerSecond = totalMs > 0 ? (promptTokens / totalMs) * 1000 : 0;
  return { kind: 'finished', usage: { promptTokens, outputTokens: 0 }, timing: { queuedMs: 0, ttftMs: totalMs, totalMs, promptTokensPerSecond, outputTokensPerSecond: 0 } };
}
