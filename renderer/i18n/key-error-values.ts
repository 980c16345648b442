import type { Catalogue } from './catalogue.ts';
import type { Formatter } from './format.ts';

/** The parts of the sentences on API keys that depend on the data of the error. */
export function keyValues(data: Record<string, unknown>, texts: Catalogue, format: Formatter): Record<string, string> {
  const { units, windows, nothing } = texts.errors.keys;
  const list = (name: string): string => (Array.isArray(data[name]) && data[name].length > 0 ? data[name].join(texts.common.listSeparator) : nothing);
  // Keys end days or months from now: the date belongs to the time.
  const times = ['revokedAtMs', 'expiredAtMs', 'expiresAtMs', 'resetsAtMs'].map((name) => data[name]);
  const atMs = times.find((value) => typeof value === 'number');
  return {
    keyWhen: format.dateTime(typeof atMs === 'number' ? atMs : null),
    keyAllowed: list('allowed'),
    keyList: list('keys'),
    keyUnit: data['unit'] === 'tokens' ? units.tokens : units.requests,
    keyWindow: data['window'] === 'minute' ? windows.minute : data['window'] === 'day' ? windows.day : windows.month,
  };
}
