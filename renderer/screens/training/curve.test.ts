import { expect, it } from 'vitest';
import type { TrainingPoint } from '../../../main/contract/training.contract.ts';
import { joinPoints, reducePoints, risingSince } from './curve.ts';

const point = (step: number, part: Partial<TrainingPoint> = {}): TrainingPoint => ({ step, epoch: 0, tokens: step * 256, atMs: step, train: 1, validation: null, learningRate: 1e-4, ...part });
const many = (count: number, of: (step: number) => Partial<TrainingPoint> = () => ({})) => Array.from({ length: count }, (_, place) => point(place + 1, of(place + 1)));

it('goes on where the run went on: steps that come again take the place of the old ones', () => {
  const before = many(10);
  expect(joinPoints(before, [])).toBe(before);
  expect(joinPoints(before, [point(11)]).map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(joinPoints(before, [point(8, { train: 7 }), point(9)]).map(({ step, train }) => [step, train]).slice(6)).toEqual([[7, 1], [8, 7], [9, 1]]);
});

it('reduces ten thousand points to what a chart can show, and keeps mean, end and every validation', () => {
  const points = many(10_000, (step) => ({ train: step, validation: step % 1000 === 0 ? step : null }));
  const reduced = reducePoints(points, 1000);
  expect(reduced.length).toBeLessThanOrEqual(1010);
  expect(reduced.at(-1)?.step).toBe(10_000);
  expect(reduced.filter(({ validation }) => validation !== null)).toHaveLength(10);
  expect(reduced[0]?.train).toBe(5.5);
  const gaps = reducePoints(many(40, (step) => ({ train: step > 20 ? null : 2 })), 4);
  expect(gaps.map(({ train }) => train)).toEqual([2, 2, null, null]);
  expect(reducePoints(points.slice(0, 10), 10)).toEqual(points.slice(0, 10));
});

it('sees learning by heart only where validation rises and training falls', () => {
  const at = (losses: [number, number][]) => losses.map(([train, validation], place) => point(place + 1, { train, validation }));
  expect(risingSince(at([[3, 3], [2, 2], [1, 2.1], [0.5, 2.4]]))).toBe(2);
  expect(risingSince(at([[3, 3], [2, 2], [1, 2.1]]))).toBeNull();
  expect(risingSince(at([[3, 3], [2, 2], [2.5, 2.1], [2.6, 2.4]]))).toBeNull();
  expect(risingSince([])).toBeNull();
});
