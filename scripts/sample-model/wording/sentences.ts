import type { Category, Urgency } from '../labels.ts';
import type { BySplit } from './wording.ts';

/** Everything around the symptom, in one language. */
export interface SentenceWording {
  /** `{problem}` is the symptom as a clause; `{place}` and other slots are filled. */
  readonly frames: BySplit;
  /** Openings for a {person}'s thing and the like are not here: only words that say nothing. */
  readonly greetings: BySplit;
  readonly closings: BySplit;
  /** What tells how soon somebody must look at it. A ticket of normal urgency often has none. */
  readonly cues: Readonly<Record<Urgency, BySplit>>;
  readonly places: readonly string[];
  readonly persons: readonly string[];
  readonly times: readonly string[];
  /** How the answer begins, and what it promises for a category. `{where}` is empty or says the place of the ticket. */
  readonly replies: { readonly openings: Readonly<Record<Urgency, readonly string[]>>; readonly actions: Readonly<Record<Category, readonly string[]>> };
}
