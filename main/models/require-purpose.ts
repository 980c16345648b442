import type { ModelFacts, ServedPurpose } from '../contract/models.contract.ts';
import { isServed } from '../contract/models.contract.ts';
import { ExpectedError } from '../kernel/errors.ts';

/** The purpose of a model that can be deployed. Raises MODEL_NOT_CHATTABLE for projectors, adapters and the like. */
export function requireServed({ purpose }: Pick<ModelFacts, 'purpose'>): ServedPurpose {
  if (isServed(purpose)) return purpose;
  throw new ExpectedError('MODEL_NOT_CHATTABLE', { purpose });
}

/** Raises MODEL_NOT_CHATTABLE: what is measured and made of a model's answers needs one that writes. */
export function requireWriting({ purpose }: Pick<ModelFacts, 'purpose'>): void {
  if (purpose !== 'text-generation') throw new ExpectedError('MODEL_NOT_CHATTABLE', { purpose });
}
