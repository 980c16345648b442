import type { TrainingRun, TrainingState } from '../../../main/contract/training.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Tone } from '../../ui/status-badge.tsx';

export type Translate = ReturnType<typeof useTexts>['t'];

export const toneOfRun: Record<TrainingState, Tone> = {
  queued: 'off',
  running: 'running',
  paused: 'look',
  interrupted: 'look',
  failed: 'act',
  cancelled: 'off',
  finished: 'fine',
};

/** Digits after the point that losses are read with: the second tells little, the fourth is noise. */
export const LOSS_DIGITS = 3;

export function runName({ modelName, versionNumber }: TrainingRun, t: Translate): string {
  return t('training.modelVersion', { model: modelName, number: versionNumber });
}

export function dataName({ name, number }: TrainingRun['dataset'], t: Translate): string {
  return t('training.dataVersion', { name, number });
}

export function modeName({ mode }: Pick<TrainingRun, 'mode'>, t: Translate, format: Formatter): string {
  return mode.kind === 'mixed' ? t('training.mixedShare', { share: format.percent(mode.oldShare) }) : t(`training.modes.${mode.kind}`);
}

/** A learning rate as it is written in papers and on command lines: 0.0003, 2.5e-5. */
export function rateText(rate: number): string {
  if (rate >= 1e-4 || rate === 0) return String(Number(rate.toPrecision(3)));
  return Number(rate.toPrecision(3)).toExponential().replace('e-0', 'e-');
}
