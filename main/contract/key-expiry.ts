/** A year: what is recommended for a key. */
export const USUAL_VALIDITY_DAYS = 365;

/** The end of a day of the machine's calendar, in ms since 1970 UTC. Days beyond a month run on into the next ones. */
export function endOfDay(year: number, month: number, day: number): number {
  return new Date(year, month - 1, day + 1).getTime();
}

/** The end of the day that comes so many days after the one of `nowMs`. */
export function endOfDayIn(days: number, nowMs: number): number {
  const now = new Date(nowMs);
  return endOfDay(now.getFullYear(), now.getMonth() + 1, now.getDate() + days);
}

/** `2027-11-30` as the end of that day; null for what is no day of the calendar. */
export function endOfWrittenDay(text: string): number | null {
  const [, year, month, day] = (/^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? []).map(Number);
  if (year === undefined || month === undefined || day === undefined) return null;
  const date = new Date(year, month - 1, day);
  return date.getMonth() === month - 1 && date.getDate() === day ? endOfDay(year, month, day) : null;
}

/** The last day of a key that is valid until a time, as `2027-11-30`. */
export function writtenDay(untilMs: number): string {
  const last = new Date(untilMs - 1);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${last.getFullYear()}-${two(last.getMonth() + 1)}-${two(last.getDate())}`;
}
