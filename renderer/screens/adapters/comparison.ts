import type { AdapterChoice, DeploymentView } from '../../../main/contract/deployments.contract.ts';

/** One answer of a comparison: without adapters, with those attached now, or with a single one at a weight of its own. */
export interface Variant {
  /** Tells columns apart while some are removed. */
  id: number;
  which: 'plain' | 'attached' | { adapterId: string };
  weight: number;
}

export interface ComparisonSettings {
  question: string;
  temperature: number;
  maxOutputTokens: number;
  variants: readonly Variant[];
}

export const MOST_VARIANTS = 4;

/** Without adapters beside the first one there is, at full weight. */
export function usualVariants(adapterId: string | undefined): Variant[] {
  return [{ id: 1, which: 'plain', weight: 1 }, { id: 2, which: adapterId === undefined ? 'attached' : { adapterId }, weight: 1 }];
}

/** One more: the first adapter at half its weight. */
export function withOneMore(variants: readonly Variant[], adapterId: string | undefined): Variant[] {
  const id = Math.max(0, ...variants.map((variant) => variant.id)) + 1;
  return [...variants, { id, which: adapterId === undefined ? 'plain' : { adapterId }, weight: 0.5 }];
}

export function choicesOf({ which, weight }: Omit<Variant, 'id'>, attached: DeploymentView['adapters']): AdapterChoice[] {
  if (which === 'plain') return [];
  if (which === 'attached') return attached.map((each) => ({ adapterId: each.adapterId, weight: each.weight }));
  return [{ adapterId: which.adapterId, weight }];
}

/** Number (from 1) of the first earlier answer with the very same words; null where there is none. */
export function sameAs(answers: readonly string[], index: number): number | null {
  const own = answers[index];
  if (own === undefined || own === '') return null;
  const earlier = answers.slice(0, index).indexOf(own);
  return earlier < 0 ? null : earlier + 1;
}
