import { expect, it } from 'vitest';
import { endOfDay, endOfDayIn, endOfWrittenDay, writtenDay } from './key-expiry.ts';

it('ends a day at midnight, over months, years and days on which clocks are changed', () => {
  expect(endOfDay(2026, 11, 30)).toBe(new Date(2026, 11, 1).getTime());
  expect(endOfDayIn(0, new Date(2026, 10, 30, 23, 59).getTime())).toBe(new Date(2026, 11, 1).getTime());
  expect(endOfDayIn(365, new Date(2026, 10, 30, 8).getTime())).toBe(new Date(2027, 11, 1).getTime());
  expect(endOfDayIn(90, new Date(2026, 0, 1).getTime())).toBe(new Date(2026, 3, 2).getTime());
});

it('reads and writes days, and takes none that the calendar has not', () => {
  expect(endOfWrittenDay('2028-02-29')).toBe(new Date(2028, 2, 1).getTime());
  for (const wrong of ['2027-02-29', '2027-13-01', '2027-1-1', '30.11.2027', '']) expect(endOfWrittenDay(wrong), wrong).toBeNull();
  expect(writtenDay(endOfWrittenDay('2027-11-30') ?? 0)).toBe('2027-11-30');
});
