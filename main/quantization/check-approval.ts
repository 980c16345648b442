import type { QualityPolicy } from '../contract/quantization.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';
import type { FamilyMember } from '../models/index.ts';
import { lossOf, violationsOf } from './judge-evaluation.ts';
import type { EvaluationRecord } from './quantization.store.ts';

/** Fewer compared positions say too little: a share of 95 % then has a standard error of almost a percent, and a lucky window could be chosen. */
const leastPositions = 1000;

export interface ApprovalQuestion {
  versionId: string;
  /** All versions of the model. */
  family: readonly FamilyMember[];
  /** Of this version, newest first. */
  evaluations: readonly EvaluationRecord[];
  policy: QualityPolicy;
}

/**
 * Raises APPROVAL_BLOCKED where the policy does not let a version be approved. An imported version has nothing it could have lost.
 * Only a comparison with what the version was made from counts, near or far: one with anything else would say nothing about its loss.
 */
export function checkApproval({ versionId, family, evaluations, policy }: ApprovalQuestion): void {
  const ancestors = ancestorsOf(versionId, family);
  if (ancestors.size === 0) return;
  const ofAncestors = evaluations.filter(({ parentVersionId }) => ancestors.has(parentVersionId));
  const newest = ofAncestors.find((evaluation) => positionsOf(evaluation) >= leastPositions);
  if (newest === undefined) {
    if (!asksForFigures(policy)) return;
    const [brief] = ofAncestors;
    if (brief !== undefined) throw new ExpectedError('APPROVAL_BLOCKED', { reason: 'measured-too-briefly', limit: leastPositions, value: positionsOf(brief) });
    if (policy.requireEvaluation) throw new ExpectedError('APPROVAL_BLOCKED', { reason: 'not-evaluated', limit: null, value: null });
    return;
  }
  const [violation] = violationsOf(lossOf(newest), policy);
  if (violation !== undefined) throw new ExpectedError('APPROVAL_BLOCKED', { reason: violation.rule, limit: violation.limit, value: violation.value });
}

function asksForFigures(policy: QualityPolicy): boolean {
  return policy.requireEvaluation || [policy.maxPerplexityIncreasePercent, policy.maxMeanKlDivergence, policy.minTopTokenAgreementPercent].some((limit) => limit !== null);
}

/** Positions at which predictions were compared: the second half of each window, but its last token. */
function positionsOf({ chunks, contextSize }: EvaluationRecord): number {
  return chunks * Math.max(0, contextSize / 2 - 1);
}

function ancestorsOf(versionId: string, family: readonly FamilyMember[]): Set<string> {
  const parentOf = new Map(family.map((member) => [member.versionId, member.parentVersionId]));
  const ancestors = new Set<string>();
  for (let next = parentOf.get(versionId) ?? null; next !== null && !ancestors.has(next); next = parentOf.get(next) ?? null) ancestors.add(next);
  return ancestors;
}
