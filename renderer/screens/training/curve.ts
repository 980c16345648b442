import type { TrainingPoint } from '../../../main/contract/training.contract.ts';

/** A chart a thousand pixels wide shows no more. */
export const MOST_POINTS = 1500;

/**
 * Points after a step added to those that are there; a step that came again (after going on from an earlier checkpoint) takes the
 * place of the old one and of all that came after it.
 */
export function joinPoints(known: readonly TrainingPoint[], added: readonly TrainingPoint[]): readonly TrainingPoint[] {
  const [first] = added;
  if (first === undefined) return known;
  return [...known.filter(({ step }) => step < first.step), ...added];
}

/**
 * Fewer points with the same shape: neighbours become one at the last one's step, the training loss their mean weighted by the
 * steps each stands for. A point with a validation loss stays, because there are few and the best of them is pointed out.
 */
export function reducePoints(points: readonly TrainingPoint[], most = MOST_POINTS): readonly TrainingPoint[] {
  if (points.length <= most) return points;
  const size = Math.ceil(points.length / most);
  const reduced: TrainingPoint[] = [];
  let gathered: { weight: number; sum: number; count: number } = { weight: 0, sum: 0, count: 0 };
  let before = (points[0]?.step ?? 1) - 1;
  for (const [place, point] of points.entries()) {
    const weight = Math.max(1, point.step - before);
    before = point.step;
    gathered.count += 1;
    if (point.train !== null) gathered = { weight: gathered.weight + weight, sum: gathered.sum + point.train * weight, count: gathered.count };
    if (gathered.count < size && point.validation === null && place < points.length - 1) continue;
    reduced.push({ ...point, train: gathered.weight === 0 ? null : gathered.sum / gathered.weight });
    gathered = { weight: 0, sum: 0, count: 0 };
  }
  return reduced;
}

/** Evaluations without improvement before it is called learning by heart. */
const RISING_FOR = 2;

/** The step since which validation has been rising while training fell; null where it does not. */
export function risingSince(points: readonly TrainingPoint[]): number | null {
  const measured = points.filter((point): point is TrainingPoint & { validation: number } => point.validation !== null);
  const losses = measured.map(({ validation }) => validation);
  const bestAt = losses.indexOf(Math.min(...losses));
  const best = measured[bestAt];
  if (best === undefined || measured.length - 1 - bestAt < RISING_FOR) return null;
  const trainAt = points.findLast(({ step, train }) => step <= best.step && train !== null)?.train ?? null;
  const trainNow = points.findLast(({ train }) => train !== null)?.train ?? null;
  const rising = measured.slice(bestAt + 1).every(({ validation }) => validation > best.validation);
  return rising && trainAt !== null && trainNow !== null && trainNow < trainAt ? best.step : null;
}
