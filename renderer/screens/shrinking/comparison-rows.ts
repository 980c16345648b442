import type { Evaluation } from '../../../main/contract/quantization.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Tone } from '../../ui/status-badge.tsx';

type Translate = ReturnType<typeof useTexts>['t'];

/** One measure of both versions; `change` says in words what became of it. */
export interface ComparisonRow {
  key: keyof typeof explained;
  parent: string;
  version: string;
  change: { tone: Tone; words: string } | null;
}

/** Every measure has a one-line explanation under this key of the texts. */
const explained = {
  perplexity: 'perplexityExplain',
  ratio: 'ratioExplain',
  divergence: 'divergenceExplain',
  divergenceTail: 'divergenceTailExplain',
  agreement: 'agreementExplain',
  probability: 'probabilityExplain',
  size: 'sizeExplain',
  memory: 'memoryExplain',
  prompt: 'promptExplain',
  generation: 'generationExplain',
} as const;

export function explanationOf(key: ComparisonRow['key']): (typeof explained)[ComparisonRow['key']] {
  return explained[key];
}

export type LossLevel = 'lossNone' | 'lossSmall' | 'lossNoticeable' | 'lossLarge';

/** From where on a loss has the next word; the recommendation of the main side stands on the same figures. */
const STEPS = {
  perplexityIncrease: [0.02, 0.06, 0.3],
  klDivergence: [0.02, 0.07, 0.3],
  disagreement: [0.06, 0.12, 0.22],
} as const;

/** The word for a loss: an increase of perplexity as a share (0.02 = 2 %), a divergence in nats, or a share of differing places. */
export function lossLevel(measure: keyof typeof STEPS, value: number): LossLevel {
  const [small, noticeable, large] = STEPS[measure];
  if (!(value <= large)) return 'lossLarge'; // also what is no number
  if (value > noticeable) return 'lossNoticeable';
  return value > small ? 'lossSmall' : 'lossNone';
}

export const toneOfLevel: Record<LossLevel, Tone> = { lossNone: 'fine', lossSmall: 'look', lossNoticeable: 'look', lossLarge: 'act' };
export const toneOfRecommendation: Record<Evaluation['recommendation'], Tone> = {
  'use-it': 'fine',
  'use-with-care': 'look',
  'choose-larger': 'look',
  'do-not-use': 'act',
};

/** Which sentence tells the recommendation: where no type changed, no larger type helps. */
export function wordOfRecommendation({ recommendation, quantization, parentQuantization }: Pick<Evaluation, 'recommendation' | 'quantization' | 'parentQuantization'>) {
  return recommendation === 'choose-larger' && quantization === parentQuantization ? 'fewer-layers' : recommendation;
}

/** Whether the recommendation is to use it, with care or without. */
export function isRecommended({ recommendation }: Pick<Evaluation, 'recommendation'>): boolean {
  return recommendation === 'use-it' || recommendation === 'use-with-care';
}

/** Below this a change is no change: the figures of two runs of the same file differ by more. */
const NO_CHANGE = 0.005;
/** Speeds measured one after the other differ by a few percent from run to run. */
const NO_CHANGE_OF_SPEED = 0.03;

/** A share as percent with one decimal: 0.0283 → "2.8 %". */
export function percentOf(share: number, format: Formatter): string {
  return `${format.number(share * 100, 1)} %`;
}

/** The rows of quality and of effort, in the order they are read. */
export function comparisonRows(evaluation: Evaluation, t: Translate, format: Formatter): { quality: ComparisonRow[]; effort: ComparisonRow[] } {
  const none = t('comparisons.notCompared');
  const estimate = ({ value, error }: { value: number; error: number }, decimals: number): string =>
    t('comparisons.withError', { value: format.number(value, decimals), error: format.number(error, decimals) });
  // Large perplexities need no three decimals.
  const decimalsOf = (value: number): number => (value < 10 ? 4 : value < 100 ? 3 : 1);
  const judged = (level: LossLevel, words = t(`comparisons.words.${level}`)): ComparisonRow['change'] => ({ tone: toneOfLevel[level], words });
  const { perplexity, parentPerplexity, perplexityRatio, klDivergence, topTokenAgreement, speed, parentSpeed } = evaluation;
  const growth = perplexityRatio.value - 1;
  const { value: agreement, error: agreementError } = topTokenAgreement;
  return {
    quality: [
      { key: 'perplexity', parent: estimate(parentPerplexity, decimalsOf(parentPerplexity.value)), version: estimate(perplexity, decimalsOf(perplexity.value)), change: judged(lossLevel('perplexityIncrease', growth), growthWords()) },
      { key: 'divergence', parent: none, version: estimate(klDivergence, 4), change: judged(lossLevel('klDivergence', klDivergence.value)) },
      { key: 'divergenceTail', parent: none, version: format.number(klDivergence.p99, 3), change: null },
      {
        key: 'agreement',
        parent: none,
        version: t('comparisons.withError', { value: `${format.number(agreement * 100, 1)} %`, error: format.number(agreementError * 100, 1) }),
        change: judged(lossLevel('disagreement', 1 - agreement)),
      },
      {
        key: 'probability',
        parent: none,
        version: t('comparisons.words.differsBy', { points: format.number(evaluation.probabilityRmsDifference * 100, 2) }),
        change: null,
      },
    ],
    effort: [
      amountRow('size', evaluation.parentSizeBytes, evaluation.sizeBytes),
      amountRow('memory', evaluation.parentRamBytes, evaluation.ramBytes),
      speedRow('generation', parentSpeed.generationTokensPerSecond, speed.generationTokensPerSecond),
      speedRow('prompt', parentSpeed.promptTokensPerSecond, speed.promptTokensPerSecond),
    ],
  };

  function growthWords(): string {
    if (!Number.isFinite(growth)) return t('comparisons.words.lossLarge');
    if (Math.abs(growth) < NO_CHANGE / 10) return t('comparisons.words.same');
    return growth > 0 ? t('comparisons.words.grownBy', { percent: percentOf(growth, format) }) : t('comparisons.words.shrunkBy', { percent: percentOf(-growth, format) });
  }
  function amountRow(key: 'size' | 'memory', parent: number, version: number): ComparisonRow {
    const change = parent === 0 ? 0 : version / parent - 1;
    const same = Math.abs(change) < NO_CHANGE;
    const words = same
      ? t('comparisons.words.same')
      : t(change < 0 ? 'comparisons.words.lessBy' : 'comparisons.words.moreBy', { percent: format.percent(Math.abs(change)) });
    return { key, parent: format.bytes(parent), version: format.bytes(version), change: { tone: same ? 'off' : change < 0 ? 'fine' : 'look', words } };
  }
  function speedRow(key: 'prompt' | 'generation', parent: number, version: number): ComparisonRow {
    const ratio = parent === 0 ? 1 : version / parent;
    const same = Math.abs(ratio - 1) < NO_CHANGE_OF_SPEED;
    return {
      key,
      parent: format.rate(parent, 'tokens'),
      version: format.rate(version, 'tokens'),
      change: { tone: same ? 'off' : ratio > 1 ? 'fine' : 'look', words: same ? t('comparisons.words.same') : speedWords(ratio) },
    };
  }
  function speedWords(ratio: number): string {
    if (ratio >= 2) return t('comparisons.words.timesFaster', { times: format.number(ratio, 1) });
    return ratio > 1
      ? t('comparisons.words.fasterBy', { percent: format.percent(ratio - 1) })
      : t('comparisons.words.slowerBy', { percent: format.percent(1 - ratio) });
  }
}
