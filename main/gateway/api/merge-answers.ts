import type { GenerationEvent, GenerationOrder } from '../../engine/inference/generation.ts';
import { cancelled } from '../../kernel/errors.ts';

/** An event of one of several answers, told by the place of its order. */
export interface AnswerEvent {
  index: number;
  event: GenerationEvent;
}

export interface MergeOptions {
  orders: readonly GenerationOrder[];
  generate: (order: GenerationOrder, signal: AbortSignal) => AsyncIterable<GenerationEvent>;
  signal: AbortSignal;
  /** Answers that run at the same time. */
  atOnce: number;
}

/**
 * Several answers as one stream. No more than one event of each is taken ahead, so that a reader that waits makes the engines' events
 * wait. When one fails, or the reader leaves, the others are stopped. Raises what an answer raised, CANCELLED when one ended without
 * its end because of the signal, and a plain error when it ended so of itself.
 */
export function mergeAnswers(options: MergeOptions): AsyncGenerator<AnswerEvent, void, void> {
  return options.orders.length === 1 ? oneAnswer(options) : manyAnswers(options);
}

async function* oneAnswer({ orders, generate, signal }: MergeOptions): AsyncGenerator<AnswerEvent, void, void> {
  for (const order of orders) {
    let ended = false;
    for await (const event of generate(order, signal)) {
      ended = event.kind === 'finished';
      yield { index: 0, event };
    }
    if (!ended) throw endOf(signal);
  }
}

interface Pulled {
  index: number;
  result: IteratorResult<GenerationEvent, unknown>;
}

async function* manyAnswers({ orders, generate, signal, atOnce }: MergeOptions): AsyncGenerator<AnswerEvent, void, void> {
  const stopping = new AbortController();
  const each = AbortSignal.any([signal, stopping.signal]);
  const running = new Map<number, AsyncIterator<GenerationEvent, unknown>>();
  const pulls = new Map<number, Promise<Pulled>>();
  const finished = new Set<number>();
  let next = 0;
  const pull = (index: number, iterator: AsyncIterator<GenerationEvent, unknown>): void => {
    const pulled = iterator.next().then((result) => ({ index, result }));
    pulled.catch(() => undefined); // heard where it is raced; a second one that fails is nobody's news
    pulls.set(index, pulled);
  };
  const startMore = (): void => {
    while (running.size < atOnce && next < orders.length) {
      const index = next;
      next += 1;
      const iterator = generate(orders[index] as GenerationOrder, each)[Symbol.asyncIterator]();
      running.set(index, iterator);
      pull(index, iterator);
    }
  };
  try {
    startMore();
    while (pulls.size > 0) {
      const { index, result } = await Promise.race(pulls.values());
      pulls.delete(index);
      const iterator = running.get(index);
      if (result.done === true || iterator === undefined) {
        if (!finished.has(index)) throw endOf(signal);
        running.delete(index);
        startMore();
        continue;
      }
      if (result.value.kind === 'finished') finished.add(index);
      // The next event is asked for only after the reader took this one.
      yield { index, event: result.value };
      pull(index, iterator);
    }
  } finally {
    stopping.abort();
    // Each is left properly: an answer nobody reads any more must not go on.
    await Promise.allSettled([...running.values()].map((iterator) => iterator.return?.()));
  }
}

function endOf(signal: AbortSignal): Error {
  return signal.aborted ? cancelled() : new Error('the engine ended its answer without saying so');
}
