import type { TuningGoal } from '../../contract/benchmarks.contract.ts';
import { medianOf } from '../measuring/spread.ts';

export type SpeedKind = 'prompt' | 'generation';
/** Tokens a second of one short measurement; only the kinds that were asked for. */
export type Speeds = Partial<Record<SpeedKind, number>>;

/** Speeds measured in turn, pair by pair, so that what slows the machine meanwhile slows both. */
export interface Duel {
  incumbent: Speeds[];
  candidate: Speeds[];
}

/** How a duel stands: natural logarithm of candidate over incumbent, and how sure that is. */
export interface Standing {
  logRatio: number;
  /** Standard error of the median, from the median absolute deviation; not below what a clock and a scheduler leave. */
  error: number;
  pairs: number;
}

const smallestError = 0.004;
/** Makes the median absolute deviation of normal noise its standard deviation, and that the standard error of a median. */
const deviationFromMad = 1.4826;
const medianPenalty = 1.2533;

export function standingOf(duel: Duel, goal: TuningGoal): Standing {
  const ratios = duel.candidate.map((candidate, index) => logGain(duel.incumbent[index] ?? {}, candidate, goal));
  const logRatio = medianOf(ratios);
  const mad = medianOf(ratios.map((ratio) => Math.abs(ratio - logRatio)));
  const error = Math.max(smallestError, (mad * deviationFromMad * medianPenalty) / Math.sqrt(ratios.length));
  return { logRatio, error, pairs: ratios.length };
}

/** Balanced is the geometric mean of both ratios, so that neither unit counts more; a kind that was not measured has not changed. */
function logGain(before: Speeds, after: Speeds, goal: TuningGoal): number {
  const of = (kind: SpeedKind): number => {
    const from = before[kind];
    const to = after[kind];
    return from === undefined || to === undefined ? 0 : Math.log(to / from);
  };
  switch (goal) {
    case 'prompt':
      return of('prompt');
    case 'generation':
      return of('generation');
    case 'balanced':
      return (of('prompt') + of('generation')) / 2;
  }
}

/** Gains below this are not worth another setting. */
const margin = Math.log(1.01);
/** After a single pair only something hopeless is given up. */
const hopeless = Math.log(0.6);

/**
 * Whether a duel can end: `better` and `worse` once that is clear, `same` when as many pairs as allowed left it open. After an odd number of
 * pairs one of both was first more often, and a machine that gets slower would decide.
 */
export function judge({ logRatio, error, pairs }: Standing, mostPairs: number, needed: number = margin): 'better' | 'worse' | 'same' | 'open' {
  if (pairs === 1) return logRatio < hopeless ? 'worse' : mostPairs === 1 ? 'same' : 'open';
  if (pairs % 2 === 1 && pairs < mostPairs) return 'open';
  if (logRatio - 2 * error > needed) return 'better';
  if (logRatio + 2 * error < -margin) return 'worse';
  if (logRatio + 2 * error < needed) return 'same'; // no gain can come of it any more
  if (pairs < mostPairs) return 'open';
  return logRatio > needed + error ? 'better' : 'same';
}
