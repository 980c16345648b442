import { describe, expect, it } from 'vitest';
import { daysOf } from '../../../main/contract/calendar-days.ts';
import { periodOf } from './periods.ts';

const at = { today: '2026-03-01', firstDay: '2025-12-24' };

describe('a period', () => {
  it.each([
    ['today', '2026-03-01', '2026-03-01'],
    ['week', '2026-02-23', '2026-03-01'],
    ['month', '2026-01-31', '2026-03-01'],
    ['thisMonth', '2026-03-01', '2026-03-01'],
    ['lastMonth', '2026-02-01', '2026-02-28'],
    ['year', '2025-03-02', '2026-03-01'],
    ['all', '2025-12-24', '2026-03-01'],
  ] as const)('%s goes from %s to %s', (name, from, to) => {
    expect(periodOf(name, at)).toEqual({ from, to });
  });

  it('has its days, the last ones where there are too many', () => {
    expect(daysOf({ from: '2026-02-27', to: '2026-03-02' }, 100)).toEqual(['2026-02-27', '2026-02-28', '2026-03-01', '2026-03-02']);
    expect(daysOf({ from: '2000-01-01', to: '2026-03-02' }, 2)).toEqual(['2026-03-01', '2026-03-02']);
    expect(periodOf('all', { today: '2026-03-01', firstDay: null })).toEqual({ from: '2026-03-01', to: '2026-03-01' });
  });
});
