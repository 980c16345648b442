import { largestOf, logSumOfExp } from '../../native/log-softmax.ts';
import type { NativeContext } from '../../native/native-model.ts';
import type { TokenLogprob, TokenProbability } from '../generation.ts';
import type { TokenPieces } from './token-pieces.ts';

/** Reads probabilities off the logits of a step, before temperature and filters: what the model thought, not what was made of it. */
export interface LogprobReader {
  /** Of the token written by the `index`-th output, with the `top` likeliest, likeliest first. */
  read(choice: { index: number; token: number; top: number }): TokenLogprob;
}

export function createLogprobReader(context: NativeContext, vocabularySize: number, pieces: TokenPieces): LogprobReader {
  let logits: Float32Array<ArrayBuffer> | null = null;
  const decoder = new TextDecoder();
  return {
    read({ index, token, top }) {
      // Most deployments are never asked: the row is made when it is.
      const row = (logits ??= new Float32Array(new ArrayBuffer(vocabularySize * 4)));
      context.copyLogits(index, row);
      const largest = largestOf(row);
      const total = largest + logSumOfExp(row, largest);
      const told = (id: number): TokenProbability => {
        const bytes = pieces.bytesOf(id, true);
        return { token: id, text: decoder.decode(bytes), bytes: [...bytes], logprob: (row[id] ?? Number.NEGATIVE_INFINITY) - total };
      };
      return { ...told(token), top: likeliest(row, top).map(told) };
    },
  };
}

/** Ids of the `count` largest, largest first; among equals the smaller id. */
export function likeliest(row: Float32Array, count: number): number[] {
  const best: number[] = [];
  if (count === 0) return best;
  for (let id = 0; id < row.length; id += 1) {
    const value = row[id] as number;
    if (best.length === count && value <= (row[best[count - 1] as number] as number)) continue;
    let at = best.length;
    while (at > 0 && (row[best[at - 1] as number] as number) < value) at -= 1;
    best.splice(at, 0, id);
    if (best.length > count) best.pop();
  }
  return best;
}
