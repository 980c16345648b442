import { expect, it } from 'vitest';
import type { Sample } from '../../main/contract/monitoring.contract.ts';
import { withGaps } from './live-series.ts';

const at = (timeMs: number): Sample => ({ timeMs, cpuPercent: timeMs }) as unknown as Sample;
const read = (sample: Sample): number | null => sample.cpuPercent;

it('puts one gap where samples are missing, none where one is merely late', () => {
  expect(withGaps([at(0), at(1000), at(3000), at(9000)], 1000, read)).toEqual({ timesMs: [0, 1000, 3000, 4000, 9000], points: [0, 1000, 3000, null, 9000] });
});

it('leaves out a sample that does not come after the one before', () => {
  expect(withGaps([at(1000), at(1000), at(500), at(2000)], 1000, read).timesMs).toEqual([1000, 2000]);
});
