import { daysFrom } from '../../../main/contract/calendar-days.ts';
import type { Period } from '../../../main/contract/usage.contract.ts';

export const PERIODS = ['today', 'week', 'month', 'thisMonth', 'lastMonth', 'year', 'all'] as const;
export type PeriodName = (typeof PERIODS)[number];

/** First and last day of a period, seen from today. */
export function periodOf(name: PeriodName, { today, firstDay }: { today: string; firstDay: string | null }): Period {
  switch (name) {
    case 'today':
      return { from: today, to: today };
    case 'week':
      return { from: daysFrom(today, -6), to: today };
    case 'month':
      return { from: daysFrom(today, -29), to: today };
    case 'thisMonth':
      return { from: `${today.slice(0, 8)}01`, to: today };
    case 'lastMonth': {
      const to = daysFrom(`${today.slice(0, 8)}01`, -1);
      return { from: `${to.slice(0, 8)}01`, to };
    }
    case 'year':
      return { from: daysFrom(today, -364), to: today };
    case 'all':
      return { from: firstDay ?? today, to: today };
  }
}

/** When a day begins here, in ms since 1970: where the ticks of a chart are. */
export function startOf(day: string): number {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date).getTime();
}

/** Noon of a day, in ms since 1970: for words that a formatter makes of times. */
export function noonOf(day: string): number {
  return startOf(day) + 12 * 3_600_000;
}
