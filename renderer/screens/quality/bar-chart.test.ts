import { expect, it } from 'vitest';
import { axisTicks } from './bar-chart.tsx';

it('has a round axis from nothing to above the highest value', () => {
  expect(axisTicks(100)).toEqual([0, 20, 40, 60, 80, 100]);
  expect(axisTicks(43)).toEqual([0, 10, 20, 30, 40, 50]);
  expect(axisTicks(1210)).toEqual([0, 250, 500, 750, 1000, 1250]);
  expect(axisTicks(0).length).toBeGreaterThan(0);
});
