import { expect, it } from 'vitest';
import type { Evaluation } from '../../../main/contract/quantization.contract.ts';
import { catalogue } from '../../i18n/catalogue.ts';
import { fill } from '../../i18n/fill.ts';
import { createFormatter } from '../../i18n/format.ts';
import { comparisonRows, isRecommended, lossLevel, percentOf, wordOfRecommendation } from './comparison-rows.ts';

const format = createFormatter('en');

/** The English text of a key, as the screens get it. */
function t(key: string, values: Record<string, unknown> = {}): string {
  const text = key.split('.').reduce<unknown>((table, part) => (table as Record<string, unknown>)[part], catalogue.en);
  return fill(String(text), values);
}

const evaluation: Evaluation = {
  id: 'evl_1',
  modelId: 'mdl_1',
  modelName: 'Ward letters',
  versionId: 'ver_2',
  versionNumber: 2,
  quantization: 'Q4_K_M',
  parentVersionId: 'ver_1',
  parentVersionNumber: 1,
  parentQuantization: 'F16',
  text: { name: 'held-out', sha256: 'a'.repeat(64), bytes: 1, tokens: 8192 },
  chunks: 16,
  contextSize: 512,
  atMs: 0,
  startedBy: 'Li Na',
  parentPerplexity: { value: 6.23, error: 0.04 },
  perplexity: { value: 6.41, error: 0.04 },
  perplexityRatio: { value: 1.0283, error: 0.001 },
  klDivergence: { value: 0.0313, error: 0.0002, max: 5, p99: 0.4, median: 0.01 },
  topTokenAgreement: { value: 0.919, error: 0.002 },
  probabilityRmsDifference: 0.0512,
  sizeBytes: 5e9,
  parentSizeBytes: 16e9,
  ramBytes: 6e9,
  parentRamBytes: 6e9,
  speed: { promptTokensPerSecond: 50, generationTokensPerSecond: 24 },
  parentSpeed: { promptTokensPerSecond: 55, generationTokensPerSecond: 10 },
  recommendation: 'use-with-care',
  violations: [],
};
const changes = (changed: Partial<Evaluation> = {}): Record<string, string | undefined> => {
  const { quality, effort } = comparisonRows({ ...evaluation, ...changed }, t as unknown as Parameters<typeof comparisonRows>[1], format);
  return Object.fromEntries([...quality, ...effort].map(({ key, change }) => [key, change === null ? undefined : `${change.tone}: ${change.words}`]));
};

it('says of each measure what became of it, with a tone that is never alone', () => {
  expect(changes()).toEqual({
    perplexity: 'look: 2.8 % higher',
    divergence: 'look: small loss',
    divergenceTail: undefined,
    agreement: 'look: small loss',
    probability: undefined,
    size: 'fine: 69 % less',
    memory: 'off: no change',
    generation: 'fine: 2.4 times as fast',
    prompt: 'look: 9 % slower',
  });
});

it('calls nothing lost where nothing is, and a broken model broken', () => {
  const whole = changes({ perplexityRatio: { value: 1, error: 0 }, klDivergence: { ...evaluation.klDivergence, value: 0 }, topTokenAgreement: { value: 1, error: 0 } });
  expect(whole).toMatchObject({ perplexity: 'fine: no change', divergence: 'fine: no loss to be seen', agreement: 'fine: no loss to be seen' });
  const broken = changes({ perplexityRatio: { value: Number.NaN, error: 0 }, klDivergence: { ...evaluation.klDivergence, value: Number.NaN } });
  expect(broken).toMatchObject({ perplexity: 'act: large loss', divergence: 'act: large loss' });
});

it('finds the word for a loss at its borders', () => {
  expect([0.02, 0.021, 0.07, 0.08, 0.3, 0.31].map((value) => lossLevel('klDivergence', value))).toEqual([
    'lossNone',
    'lossSmall',
    'lossSmall',
    'lossNoticeable',
    'lossNoticeable',
    'lossLarge',
  ]);
  expect(percentOf(0.0283, format)).toBe('2.8 %');
  expect(isRecommended(evaluation)).toBe(true);
  expect(isRecommended({ recommendation: 'do-not-use' })).toBe(false);
  expect(wordOfRecommendation({ ...evaluation, recommendation: 'choose-larger' })).toBe('choose-larger');
  expect(wordOfRecommendation({ recommendation: 'choose-larger', quantization: 'F16', parentQuantization: 'F16' })).toBe('fewer-layers');
});
