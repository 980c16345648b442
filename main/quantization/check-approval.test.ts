import { describe, expect, it } from 'vitest';
import type { QualityPolicy } from '../contract/quantization.contract.ts';
import type { FamilyMember } from '../models/index.ts';
import { checkApproval } from './check-approval.ts';
import type { EvaluationRecord } from './quantization.store.ts';

const member = (versionId: string, parentVersionId: string | null): FamilyMember => ({ versionId, parentVersionId, number: 1, quantization: '', approved: false });
const family = [member('imported', null), member('q8', 'imported'), member('q4', 'q8'), member('other', 'imported')];
const policy: QualityPolicy = { maxPerplexityIncreasePercent: 5, maxMeanKlDivergence: null, minTopTokenAgreementPercent: null, requireEvaluation: true, onlyApprovedMayServe: false };
const evaluation = (parentVersionId: string, ratio: number): EvaluationRecord =>
  ({ parentVersionId, chunks: 16, contextSize: 512, perplexityRatio: { value: ratio, error: 0 }, klDivergence: { value: 0 }, topTokenAgreement: { value: 1 } }) as EvaluationRecord;
const check = (versionId: string, ...evaluations: EvaluationRecord[]) => (): void => checkApproval({ versionId, family, evaluations, policy });

describe('approving a version', () => {
  it('is not in question for an imported one', () => expect(check('imported')).not.toThrow());
  it('needs a comparison where the policy asks for it', () => expect(check('q4')).toThrow(/not-evaluated/));
  it('takes the newest comparison with what it was made from, near or far', () => {
    expect(check('q4', evaluation('q8', 1.01), evaluation('imported', 1.2))).not.toThrow();
    expect(check('q4', evaluation('imported', 1.2), evaluation('q8', 1.01))).toThrow(/perplexity/);
  });
  it('is not bought with a comparison with something else', () => expect(check('q4', evaluation('other', 1), evaluation('q4', 1))).toThrow(/not-evaluated/));
  it('is not bought with a comparison too short to tell, but one that is long enough beside it counts', () => {
    const brief = { ...evaluation('q8', 1.01), chunks: 1 };
    expect(check('q4', brief)).toThrow(/measured-too-briefly/);
    expect(check('q4', brief, evaluation('q8', 1.2))).toThrow(/perplexity/);
    expect(check('q4', brief, evaluation('q8', 1.01))).not.toThrow();
    const asksNothing = { ...policy, requireEvaluation: false, maxPerplexityIncreasePercent: null };
    expect(() => checkApproval({ versionId: 'q4', family, evaluations: [brief], policy: asksNothing })).not.toThrow();
  });
  it('passes over the missing comparison where none is asked for', () => {
    expect(() => checkApproval({ versionId: 'q4', family, evaluations: [], policy: { ...policy, requireEvaluation: false } })).not.toThrow();
  });
});
