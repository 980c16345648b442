import type { Language } from '../../main/contract/accounts.contract.ts';

/**
 * Numbers, sizes, times and rates in the words of a language. No DOM, so that the command line uses the same.
 * Sizes count 1 GB as 2^30 bytes, as memory is sold and as Windows shows files: a 16 GB machine reads "16.0 GB".
 */
export interface Formatter {
  language: Language;
  /** 4_402_341_478 → "4.1 GB"; under a tenth of a GB in MB, then KB, then bytes. Null → "–". */
  bytes(value: number | null): string;
  /** 130_000 → "2 min 10 s"; under ten seconds with one decimal; under one second in ms. */
  duration(valueMs: number | null): string;
  /** 41.27, 'tokens' → "41.3 tokens/s"; bytes as "1.8 GB/s". */
  rate(perSecond: number | null, unit: RateUnit): string;
  /** 12345.6 → "12,345.6" with at most `decimals` digits after the point (0 unless told). */
  number(value: number | null, decimals?: number): string;
  /** 0.42 → "42 %". */
  percent(fraction: number | null): string;
  /** 7_241_732_096 → "7.2 B"; in Chinese "72.4 亿". For parameter counts. */
  count(value: number | null): string;
  /** "21 Nov 2026, 14:05" */
  dateTime(timeMs: number | null): string;
  /** "21 Nov 2026, 14:05:09", for logs. */
  dateTimeSeconds(timeMs: number | null): string;
  date(timeMs: number | null): string;
  /** "21 Nov", where the year is known. */
  dayMonth(timeMs: number | null): string;
  /** "14:05" */
  time(timeMs: number | null): string;
  /** "3 minutes ago", counted from `nowMs`. */
  ago(timeMs: number | null, nowMs: number): string;
}

export type RateUnit = 'tokens' | 'bytes' | 'steps' | 'rows' | 'requests';

/** Shown for a value that is not known. */
export const NO_VALUE = '–';

const KB = 1024;
const MB = 1024 * KB;
const GB = 1024 * MB;

const words = {
  en: {
    units: { tokens: 'tokens/s', steps: 'steps/s', rows: 'rows/s', requests: 'requests/s' },
    ms: 'ms',
    s: 's',
    min: 'min',
    h: 'h',
    d: 'd',
    bytes: 'bytes',
    space: ' ',
  },
  'zh-CN': {
    units: { tokens: '词元/秒', steps: '步/秒', rows: '行/秒', requests: '请求/秒' },
    ms: '毫秒',
    s: '秒',
    min: '分',
    h: '小时',
    d: '天',
    bytes: '字节',
    space: ' ',
  },
} as const;

/** Makes the formatter of a language; `timeZone` is for tests, the machine's own otherwise. */
export function createFormatter(language: Language, timeZone?: string): Formatter {
  const locale = language === 'en' ? 'en-GB' : 'zh-CN';
  const word = words[language];
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = { year: 'numeric', month: 'short', day: 'numeric', ...zone } as const;
  const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const dateTimeFormat = new Intl.DateTimeFormat(locale, { ...day, ...clock });
  const secondsFormat = new Intl.DateTimeFormat(locale, { ...day, ...clock, second: '2-digit' });
  const dateFormat = new Intl.DateTimeFormat(locale, day);
  const dayMonthFormat = new Intl.DateTimeFormat(locale, { month: 'short', day: 'numeric', ...zone });
  const timeFormat = new Intl.DateTimeFormat(locale, { ...clock, ...zone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });
  const decimals = Array.from({ length: 5 }, (_, digits) => new Intl.NumberFormat(locale, { maximumFractionDigits: digits }));
  const fixedOne = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  // British English abbreviates billions as "bn"; parameter counts are written with B everywhere.
  const compact = new Intl.NumberFormat(language === 'en' ? 'en-US' : locale, { notation: 'compact', maximumFractionDigits: 1 });

  const number = (value: number | null, digits = 0): string => {
    if (value === null || !Number.isFinite(value)) return NO_VALUE;
    return (decimals[Math.min(digits, 4)] ?? fixedOne).format(value);
  };
  const join = (value: string, unit: string): string => `${value}${word.space}${unit}`;
  const bytes = (value: number | null): string => {
    if (value === null || !Number.isFinite(value)) return NO_VALUE;
    if (value >= 0.1 * GB) return join(fixedOne.format(value / GB), 'GB');
    if (value >= MB) return join(value < 10 * MB ? fixedOne.format(value / MB) : number(value / MB), 'MB');
    if (value >= KB) return join(value < 10 * KB ? fixedOne.format(value / KB) : number(value / KB), 'KB');
    return join(number(value), word.bytes);
  };
  const duration = (valueMs: number | null): string => {
    if (valueMs === null || !Number.isFinite(valueMs)) return NO_VALUE;
    if (valueMs < 1000) return join(number(valueMs), word.ms);
    if (valueMs < 9950) return join(fixedOne.format(valueMs / 1000), word.s);
    const seconds = Math.round(valueMs / 1000);
    if (seconds < 60) return join(String(seconds), word.s);
    if (seconds < 3600) return two([Math.floor(seconds / 60), word.min], [seconds % 60, word.s]);
    if (seconds < 86_400) return two([Math.floor(seconds / 3600), word.h], [Math.floor((seconds % 3600) / 60), word.min]);
    return two([Math.floor(seconds / 86_400), word.d], [Math.floor((seconds % 86_400) / 3600), word.h]);
  };
  const two = ([large, largeUnit]: [number, string], [small, smallUnit]: [number, string]): string =>
    small === 0 ? join(number(large), largeUnit) : `${join(number(large), largeUnit)} ${join(String(small), smallUnit)}`;
  const at = (format: Intl.DateTimeFormat) => (timeMs: number | null) => timeMs === null ? NO_VALUE : format.format(timeMs);

  return {
    language,
    bytes,
    duration,
    number,
    rate(perSecond, unit) {
      if (perSecond === null || !Number.isFinite(perSecond)) return NO_VALUE;
      if (unit === 'bytes') {
        // Speeds are compared in MB/s up to 1 GB/s, where sizes change over a tenth earlier.
        const amount = perSecond >= 0.1 * GB && perSecond < GB ? join(number(perSecond / MB), 'MB') : bytes(perSecond);
        return `${amount}/${word.s}`;
      }
      return join(perSecond < 1000 ? fixedOne.format(perSecond) : number(perSecond), word.units[unit]);
    },
    percent: (fraction) => (fraction === null ? NO_VALUE : join(number(fraction * 100), '%')),
    count(value) {
      if (value === null || !Number.isFinite(value)) return NO_VALUE;
      return compact.format(value).replace(/(\d)(\D+)$/, `$1${word.space}$2`);
    },
    dateTime: at(dateTimeFormat),
    dateTimeSeconds: at(secondsFormat),
    date: at(dateFormat),
    dayMonth: at(dayMonthFormat),
    time: at(timeFormat),
    ago(timeMs, nowMs) {
      if (timeMs === null) return NO_VALUE;
      const seconds = Math.round((timeMs - nowMs) / 1000);
      const distance = Math.abs(seconds);
      if (distance < 45) return relative.format(0, 'second');
      if (distance < 2700) return relative.format(Math.round(seconds / 60), 'minute');
      if (distance < 79_200) return relative.format(Math.round(seconds / 3600), 'hour');
      return relative.format(Math.round(seconds / 86_400), 'day');
    },
  };
}
