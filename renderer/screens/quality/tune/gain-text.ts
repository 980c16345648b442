import type { Formatter } from '../../../i18n/format.ts';
import type { useTexts } from '../../../i18n/i18n.ts';

/** Below this a ratio is called no difference: it is written without decimals of a percent. */
const LEAST_GAIN = 0.005;

export function isGain(ratio: number): boolean {
  return ratio - 1 >= LEAST_GAIN;
}

/** From here on a ratio is said as a multiple: "534 % faster" tells nobody anything. */
const MULTIPLE = 2;

/** 1.12 → "12 % faster", 6.3 → "6.3 times as fast", 0.9 → "10 % slower", 1.001 → "no difference". */
export function gainText(ratio: number, t: ReturnType<typeof useTexts>['t'], format: Formatter): string {
  if (Math.abs(ratio - 1) < LEAST_GAIN) return t('quality.tunings.detail.same');
  if (ratio >= MULTIPLE) return t('quality.tunings.detail.multiple', { ratio: format.number(ratio, 1) });
  return t(ratio > 1 ? 'quality.tunings.detail.gain' : 'quality.tunings.detail.loss', { percent: format.percent(Math.abs(ratio - 1)) });
}
