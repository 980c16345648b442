import { setImmediate as nextTurn } from 'node:timers/promises';
import type { NativeContext } from './native-model.ts';
import type { TokenBatch } from './token-batch.ts';

/**
 * A decode this long is worth a thread of its own. Handing it over and back was measured at 0.02 ms on a free machine and 0.4 ms on a busy one;
 * what is done instead for short ones costs 0.001 ms.
 */
const asideFromMs = 50;
/** The event loop never stands still for much longer than this. */
const turnEveryMs = 20;

/** Decodes without letting the event loop starve, so that a cancel is heard, and without paying for that in what is measured. */
export interface PacedDecoder {
  /** Null when it is already done: awaiting nothing costs what a small model takes for a tenth of a token. */
  decode(batch: TokenBatch): Promise<void> | null;
}

/**
 * Short decodes run here, with a turn of the event loop now and then; long ones, known by the one before with as many tokens or more
 * than half as many, on a thread of their own. Raises what the signal was aborted with, and NativeFailure ('decode-failed').
 */
export function createPacedDecoder(context: Pick<NativeContext, 'decode' | 'decodeAside'>, signal: AbortSignal): PacedDecoder {
  let lastMs = Number.POSITIVE_INFINITY;
  let lastTokens = 0;
  let lastTurnAt = performance.now();
  const aside = async (batch: TokenBatch, tokens: number): Promise<void> => {
    const startedAt = performance.now();
    await context.decodeAside(batch);
    lastTurnAt = performance.now();
    lastMs = lastTurnAt - startedAt;
    lastTokens = tokens;
    signal.throwIfAborted();
  };
  const turn = async (): Promise<void> => {
    await nextTurn();
    lastTurnAt = performance.now();
    signal.throwIfAborted();
  };
  return {
    decode(batch) {
      const tokens = batch.length;
      signal.throwIfAborted();
      if (lastMs >= asideFromMs || tokens > 2 * lastTokens) return aside(batch, tokens);
      const startedAt = performance.now();
      context.decode(batch);
      const endedAt = performance.now();
      lastMs = endedAt - startedAt;
      lastTokens = tokens;
      return endedAt - lastTurnAt > turnEveryMs ? turn() : null;
    },
  };
}
