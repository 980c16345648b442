/** Days of a calendar as texts, `2026-11-30`: they sort as texts, and counting them needs no time zone. */

/** So many days after a day, or before it. */
export function daysFrom(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * 86_400_000).toISOString().slice(0, 10);
}

/** Every day of a period in order; at most so many, the last ones. */
export function daysOf({ from, to }: { from: string; to: string }, most: number): string[] {
  const days: string[] = [];
  for (let day = to; day >= from && days.length < most; day = daysFrom(day, -1)) days.push(day);
  return days.toReversed();
}
