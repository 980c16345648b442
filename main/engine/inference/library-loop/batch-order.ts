import type { CustomBatchingPrioritizationStrategy, EvaluationPriority } from 'node-llama-cpp';

/**
 * Order in which sequences enter a batch. llama.cpp makes one micro-batch only of consecutive, increasing sequence ids;
 * in the order of arrival, as the library adds them, eight sequences take about twice the time (36–42 against 74–79 ms a
 * step, 110M Q8_0, one thread). A strategy sees no sequence id, so a distinct fractional priority carries it.
 */
export function priorityOf(sequenceIndex: number): EvaluationPriority {
  return (5 - sequenceIndex / 1024) as EvaluationPriority;
}

/**
 * Fills a batch in the order of sequences. Every sequence gets at least one token, so that running answers go on while
 * a long prompt is processed; what is left is shared evenly among the prompts.
 */
export const sequenceOrder: CustomBatchingPrioritizationStrategy = ({ items, size }) => {
  const ordered = items.toSorted((a, b) => b.evaluationPriority - a.evaluationPriority).slice(0, size);
  const amounts = ordered.map(() => 1);
  let left = size - ordered.length;
  while (left > 0) {
    const hungry = ordered.map((item, index) => ({ index, wanted: item.tokens.length - (amounts[index] ?? 0) })).filter(({ wanted }) => wanted > 0);
    if (hungry.length === 0) break;
    const share = Math.max(1, Math.floor(left / hungry.length));
    for (const { index, wanted } of hungry) {
      const given = Math.min(wanted, share, left);
      amounts[index] = (amounts[index] ?? 0) + given;
      left -= given;
    }
  }
  return ordered.map((item, index) => ({ item, processAmount: amounts[index] ?? 1 }));
};
