import { ExpectedError } from '../../kernel/errors.ts';
import { createBaseFile, createBaseRow, openBaseFile } from './base-logits-file.ts';
import type { BaseReader, BaseRow } from './base-logits-file.ts';
import { largestOf, logSumOfExp, meanAndError } from './log-softmax.ts';
import { perplexityOf, scoredPositions, scoreWindows } from './perplexity.ts';
import type { Perplexity, WindowMeasurement } from './perplexity.ts';

interface Estimate {
  readonly value: number;
  /** Standard error. */
  readonly error: number;
}

/** What llama-perplexity --kl-divergence reports of a model against its base. */
export interface Divergence {
  readonly perplexity: Perplexity;
  readonly basePerplexity: Perplexity;
  /** exp(ln PPL − ln PPL of the base); its error takes into account that both are measured on the same tokens (covariance). */
  readonly perplexityRatio: Estimate;
  /** Σ p_base × (ln p_base − ln p) of a position, in nats: over all positions. */
  readonly klDivergence: Estimate & { readonly max: number; readonly p99: number; readonly median: number };
  /** Share of positions at which both find the same token most likely, 0 to 1. */
  readonly topTokenAgreement: Estimate;
  /** Root mean square of p − p_base of the right token, 0 to 1. */
  readonly probabilityRmsDifference: Estimate;
  readonly count: number;
}

/** A base model that was measured. */
export interface StoredBase {
  readonly perplexity: Perplexity;
  /** −ln p of the right token at each scored position, window by window, before it was rounded for the file. */
  readonly losses: Float64Array;
}

/**
 * Measures a base model's perplexity and stores its log-probabilities for `measureDivergence`, so that only one model has to be in
 * memory at a time. The file must not be there yet; an unfinished one is the caller's to remove. Raises DISK_FULL, CANCELLED, NativeFailure.
 */
export async function storeBase(path: string, measurement: WindowMeasurement): Promise<StoredBase> {
  const { model, plan, tokens } = measurement;
  const row = createBaseRow(model.vocabularySize);
  const writer = await createBaseFile(path, plan, { vocabularySize: model.vocabularySize, tokens });
  const scored = scoredPositions(plan.contextSize);
  const losses = new Float64Array(plan.chunks * scored.count);
  const sums = { loss: 0, lossSquares: 0 };
  try {
    await scoreWindows(measurement, (logits, nextToken, place) => {
      const loss = packRow(logits, nextToken, row);
      losses[place.chunk * scored.count + place.position - scored.first] = loss;
      sums.loss += loss;
      sums.lossSquares += loss * loss;
      writer.write(place, row);
    });
  } finally {
    writer.close();
  }
  return { perplexity: perplexityOf(sums.loss, sums.lossSquares, losses.length), losses };
}

/** Adding it to a float32 below 2²² rounds that to a whole number, ties to even (`nearest_int`). */
const ROUNDER = 12_582_912;

/**
 * Packs a row of logits into log-probabilities of 16 bits and tells the loss of the right token (`log_softmax` with `log_prob`),
 * in the float32 steps of the tool, so that its file and ours are the same.
 */
function packRow(logits: Float32Array, nextToken: number, row: BaseRow): number {
  let largest = logits[0] as number;
  let smallest = largest;
  for (let index = 1; index < logits.length; index += 1) {
    const value = logits[index] as number;
    if (value > largest) largest = value;
    if (value < smallest) smallest = value;
  }
  smallest = Math.max(smallest, Math.fround(largest - 16));
  const logSum = Math.fround(logSumOfExp(logits, largest));
  const scale = Math.fround(Math.fround(largest - smallest) / 65535);
  row.head[0] = scale;
  row.head[1] = Math.fround(Math.fround(smallest - largest) - logSum);
  const { values } = row;
  if (scale === 0) {
    values.fill(0);
  } else {
    const inverse = Math.fround(1 / scale);
    for (let index = 0; index < logits.length; index += 1) {
      const above = Math.fround((logits[index] as number) - smallest);
      values[index] = above > 0 ? Math.fround(Math.fround(inverse * above) + ROUNDER) - ROUNDER : 0;
    }
  }
  return largest + logSum - (logits[nextToken] ?? Number.NaN);
}

/**
 * Measures a model against a stored base, as llama-perplexity --kl-divergence does (tools/perplexity/perplexity.cpp, `kl_divergence`).
 * `measurement.tokens` are the text in this model's own tokens, and the windows must be the base's: where they are other tokens,
 * VOCABULARY_DIFFERS is raised. Raises CANCELLED, NativeFailure too.
 *
 * The file knows no probability below e⁻¹⁶ of the most likely token's, so that the perplexity of a base that is often wrong comes out
 * too low from it, and the ratio too high (the tool prints them so). With `baseLosses`, which storeBase gave, both are exact: they
 * agree with what llama-perplexity says of each model alone. The rest is the tool's in both cases.
 */
export async function measureDivergence(path: string, measurement: WindowMeasurement, baseLosses: Float64Array | null = null): Promise<Divergence> {
  const base = openBaseFile(path);
  try {
    requireSameTokens(base, measurement);
    const { model, plan } = measurement;
    const scored = scoredPositions(plan.contextSize);
    const sums = createSums(plan.chunks * scored.count);
    const row = createBaseRow(model.vocabularySize);
    await scoreWindows(measurement, (logits, nextToken, place) => {
      base.read(place, row);
      const exactBaseLoss = baseLosses?.[place.chunk * scored.count + place.position - scored.first] ?? null;
      compareRow(sums, { logits, nextToken, base: row, exactBaseLoss });
    });
    return divergenceOf(sums);
  } finally {
    base.close();
  }
}

function requireSameTokens(base: BaseReader, { model, plan, tokens }: WindowMeasurement): void {
  const differs = (): ExpectedError => new ExpectedError('VOCABULARY_DIFFERS', { size: model.vocabularySize, parentSize: base.vocabularySize });
  if (base.vocabularySize !== model.vocabularySize) throw differs();
  if (base.contextSize !== plan.contextSize || base.chunks !== plan.chunks) throw new RangeError('the windows are not the base’s');
  for (let index = 0; index < base.tokens.length; index += 1) if (base.tokens[index] !== tokens[index]) throw differs();
}

/** Sums over positions: losses of both, divergences, differences in probability. */
interface Sums {
  count: number;
  loss: number;
  lossSquares: number;
  baseLoss: number;
  baseLossSquares: number;
  lossProducts: number;
  divergence: number;
  divergenceSquares: number;
  differenceSquares: number;
  differenceFourths: number;
  sameTop: number;
  readonly divergences: Float32Array;
}

function createSums(positions: number): Sums {
  return {
    count: 0, loss: 0, lossSquares: 0, baseLoss: 0, baseLossSquares: 0, lossProducts: 0,
    divergence: 0, divergenceSquares: 0, differenceSquares: 0, differenceFourths: 0, sameTop: 0,
    divergences: new Float32Array(positions),
  };
}

/** One position: `log_softmax` with `base_log_prob` of the tool. */
function compareRow(sums: Sums, { logits, nextToken, base, exactBaseLoss }: { logits: Float32Array; nextToken: number; base: BaseRow; exactBaseLoss: number | null }): void {
  const largest = largestOf(logits);
  const logSum = logSumOfExp(logits, largest);
  const normalizer = largest + logSum;
  const { values } = base;
  const scale = base.head[0] as number;
  const lowest = base.head[1] as number;
  let divergence = 0;
  let top = -1;
  let baseTop = -1;
  let baseLargest = -1;
  for (let index = 0; index < logits.length; index += 1) {
    const logit = logits[index] as number;
    const packed = values[index] as number;
    if (top === -1 && logit === largest) top = index;
    if (packed > baseLargest) {
      baseLargest = packed;
      baseTop = index;
    }
    const baseLog = scale * packed + lowest;
    if (baseLog > -16) divergence += Math.exp(baseLog) * (baseLog - logit + normalizer);
  }
  const loss = normalizer - (logits[nextToken] ?? Number.NaN);
  const storedLoss = -(scale * (values[nextToken] ?? Number.NaN) + lowest);
  const baseLoss = exactBaseLoss ?? storedLoss;
  const difference = Math.exp(-loss) - Math.exp(-storedLoss);
  sums.divergences[sums.count] = divergence;
  sums.count += 1;
  sums.loss += loss;
  sums.lossSquares += loss * loss;
  sums.baseLoss += baseLoss;
  sums.baseLossSquares += baseLoss * baseLoss;
  sums.lossProducts += loss * baseLoss;
  sums.divergence += divergence;
  sums.divergenceSquares += divergence * divergence;
  sums.differenceSquares += difference ** 2;
  sums.differenceFourths += difference ** 4;
  if (top === baseTop) sums.sameTop += 1;
}

function divergenceOf(sums: Sums): Divergence {
  const { count } = sums;
  const loss = meanAndError(sums.loss, sums.lossSquares, count);
  const baseLoss = meanAndError(sums.baseLoss, sums.baseLossSquares, count);
  const covariance = count < 10 ? 0 : (sums.lossProducts / count - loss.value * baseLoss.value) / (count - 1);
  const ratio = Math.exp(loss.value - baseLoss.value);
  // Where both losses are the same the difference of variances may come out below zero by rounding.
  const ratioVariance = Math.max(0, loss.error ** 2 + baseLoss.error ** 2 - 2 * covariance);
  const squares = meanAndError(sums.differenceSquares, sums.differenceFourths, count);
  const rms = Math.sqrt(squares.value);
  const agreement = sums.sameTop / count;
  const sorted = sums.divergences.slice(0, count).sort();
  return {
    perplexity: perplexityOf(sums.loss, sums.lossSquares, count),
    basePerplexity: perplexityOf(sums.baseLoss, sums.baseLossSquares, count),
    perplexityRatio: { value: ratio, error: ratio * Math.sqrt(ratioVariance) },
    klDivergence: {
      ...meanAndError(sums.divergence, sums.divergenceSquares, count),
      max: sorted.at(-1) ?? 0,
      p99: percentile(sorted, 0.99),
      median: percentile(sorted, 0.5),
    },
    topTokenAgreement: { value: agreement, error: Math.sqrt((agreement * (1 - agreement)) / (count - 1)) },
    probabilityRmsDifference: { value: rms, error: rms === 0 ? 0 : (0.5 / rms) * squares.error },
    count,
  };
}

/** Between the two nearest values, linearly; of one half that is the median. */
function percentile(sorted: Float32Array, fraction: number): number {
  const place = fraction * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] ?? 0;
  const high = sorted[Math.min(below + 1, sorted.length - 1)] ?? 0;
  return low + (place - below) * (high - low);
}
