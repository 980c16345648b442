import type { Evaluation, QualityPolicy } from '../contract/quantization.contract.ts';

export type Recommendation = Evaluation['recommendation'];
export type Violation = Evaluation['violations'][number];
/** The three figures that judgements stand on; ratio 1.02 is 2 % more perplexity, agreement 0 to 1, divergence in nats. */
export interface Loss {
  perplexityRatio: number;
  meanKlDivergence: number;
  topTokenAgreement: number;
}

/**
 * From where on a loss deserves the next worse word. Each figure alone may decide, because each sees what the others miss: perplexity
 * can even fall while answers change, and agreement counts only the likeliest token. They lie between these, measured for Llama 3 8B
 * (tools/perplexity/README.md, v0.4.0; perplexity over the unquantized model's 6.23, mean divergence, same top token):
 *  - Q6_K +0.3 %, 0.005, 96.0 % and Q5_K_M +0.9 %, 0.011: nobody notices → use it;
 *  - Q4_K_M +2.8 %, 0.031, 91.9 %: what most people run, with answers that now and then differ → use with care;
 *  - Q3_K_M +10.5 %, 0.10: other answers often → choose a larger type;
 *  - Q2_K +56 %, 0.45, 71.1 %: answers come apart → do not use.
 */
const LEVELS: readonly { recommendation: Recommendation; perplexityIncrease: number; klDivergence: number; disagreement: number }[] = [
  { recommendation: 'do-not-use', perplexityIncrease: 0.3, klDivergence: 0.3, disagreement: 0.22 },
  { recommendation: 'choose-larger', perplexityIncrease: 0.06, klDivergence: 0.07, disagreement: 0.12 },
  { recommendation: 'use-with-care', perplexityIncrease: 0.02, klDivergence: 0.02, disagreement: 0.06 },
];

/** What to do with a version after its loss was measured: the worst word that any figure asks for. A figure that is no number is a broken model. */
export function recommend({ perplexityRatio, meanKlDivergence, topTokenAgreement }: Loss): Recommendation {
  if (![perplexityRatio, meanKlDivergence, topTokenAgreement].every(Number.isFinite)) return 'do-not-use';
  const level = LEVELS.find(
    ({ perplexityIncrease, klDivergence, disagreement }) =>
      perplexityRatio - 1 > perplexityIncrease || meanKlDivergence > klDivergence || 1 - topTokenAgreement > disagreement,
  );
  return level?.recommendation ?? 'use-it';
}

/** The thresholds that are not kept, in the policy's own units: percent, nats, percent. A figure that is no number keeps none. */
export function violationsOf({ perplexityRatio, meanKlDivergence, topTokenAgreement }: Loss, policy: QualityPolicy): Violation[] {
  const violations: Violation[] = [];
  const increasePercent = (perplexityRatio - 1) * 100;
  const agreementPercent = topTokenAgreement * 100;
  const { maxPerplexityIncreasePercent, maxMeanKlDivergence, minTopTokenAgreementPercent } = policy;
  if (maxPerplexityIncreasePercent !== null && !(increasePercent <= maxPerplexityIncreasePercent)) {
    violations.push({ rule: 'perplexity', limit: maxPerplexityIncreasePercent, value: increasePercent });
  }
  if (maxMeanKlDivergence !== null && !(meanKlDivergence <= maxMeanKlDivergence)) violations.push({ rule: 'kl-divergence', limit: maxMeanKlDivergence, value: meanKlDivergence });
  if (minTopTokenAgreementPercent !== null && !(agreementPercent >= minTopTokenAgreementPercent)) {
    violations.push({ rule: 'top-token', limit: minTopTokenAgreementPercent, value: agreementPercent });
  }
  return violations;
}

export function lossOf(evaluation: Pick<Evaluation, 'perplexityRatio' | 'klDivergence' | 'topTokenAgreement'>): Loss {
  return { perplexityRatio: evaluation.perplexityRatio.value, meanKlDivergence: evaluation.klDivergence.value, topTokenAgreement: evaluation.topTokenAgreement.value };
}
