import { describe, expect, it } from 'vitest';
import type { QualityPolicy } from '../contract/quantization.contract.ts';
import { recommend, violationsOf } from './judge-evaluation.ts';
import type { Loss, Recommendation } from './judge-evaluation.ts';

const loss = (perplexityRatio: number, meanKlDivergence: number, topTokenAgreement: number): Loss => ({ perplexityRatio, meanKlDivergence, topTokenAgreement });
const policy: QualityPolicy = { maxPerplexityIncreasePercent: null, maxMeanKlDivergence: null, minTopTokenAgreementPercent: null, requireEvaluation: false, onlyApprovedMayServe: false };

describe('the recommendation', () => {
  // Llama 3 8B in tools/perplexity/README.md.
  const known: [string, Loss, Recommendation][] = [
    ['Q8_0', loss(1.0004, 0.0014, 0.977), 'use-it'],
    ['Q6_K', loss(1.0035, 0.0055, 0.96), 'use-it'],
    ['Q4_K_M', loss(1.0282, 0.0313, 0.919), 'use-with-care'],
    ['Q3_K_M', loss(1.105, 0.1019, 0.87), 'choose-larger'],
    ['Q2_K', loss(1.565, 0.445, 0.711), 'do-not-use'],
  ];
  it.each(known)('for %s as measured', (_type, measured, expected) => expect(recommend(measured)).toBe(expected));

  it('goes by the worst figure alone', () => {
    expect(recommend(loss(0.97, 0.5, 0.99))).toBe('do-not-use');
    expect(recommend(loss(1, 0, 0.9))).toBe('use-with-care');
    expect(recommend(loss(1.1, 0, 1))).toBe('choose-larger');
  });

  it('does not trust what is no number', () => expect(recommend(loss(Number.NaN, 0, 1))).toBe('do-not-use'));
});

describe('thresholds', () => {
  it('are none where none is set', () => expect(violationsOf(loss(9, 9, 0), policy)).toEqual([]));
  it('are kept by what lies on them', () => {
    const strict = { ...policy, maxPerplexityIncreasePercent: 50, maxMeanKlDivergence: 0.1, minTopTokenAgreementPercent: 75 };
    expect(violationsOf(loss(1.5, 0.1, 0.75), strict)).toEqual([]);
    expect(violationsOf(loss(1.75, 0.25, 0.5), strict)).toEqual([
      { rule: 'perplexity', limit: 50, value: 75 },
      { rule: 'kl-divergence', limit: 0.1, value: 0.25 },
      { rule: 'top-token', limit: 75, value: 50 },
    ]);
  });
  it('are not kept by what is no number', () => {
    expect(violationsOf(loss(Number.NaN, 0, 1), { ...policy, maxPerplexityIncreasePercent: 1000 }).map(({ rule }) => rule)).toEqual(['perplexity']);
  });
});
