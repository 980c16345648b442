/** The largest of a row of logits. */
export function largestOf(logits: Float32Array): number {
  let largest = Number.NEGATIVE_INFINITY;
  for (let index = 0; index < logits.length; index += 1) {
    const value = logits[index] as number;
    if (value > largest) largest = value;
  }
  return largest;
}

/** log Σ exp(logit − largest), in double precision. */
export function logSumOfExp(logits: Float32Array, largest: number): number {
  let sum = 0;
  for (let index = 0; index < logits.length; index += 1) sum += Math.exp((logits[index] as number) - largest);
  return Math.log(sum);
}

/** A mean with its standard error, from a sum and a sum of squares: `mean_and_uncertainty` of llama-perplexity, which says 0 below eleven values. */
export function meanAndError(sum: number, sumOfSquares: number, count: number): { value: number; error: number } {
  if (count < 1) return { value: 0, error: 0 };
  const value = sum / count;
  const variance = sumOfSquares / count - value * value;
  return { value, error: variance > 0 && count > 10 ? Math.sqrt(variance / (count - 1)) : 0 };
}
