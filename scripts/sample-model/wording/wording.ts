import type { Category } from '../labels.ts';

/** Which rows a piece of wording may appear in. A held-out row is made of pieces no training row has. */
export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];
export type BySplit = Readonly<Record<Split, readonly string[]>>;

/** What people say about one category. `{place}` and other slots are filled; `[a|b]` is one of several. */
export interface SymptomWording {
  /** What the category is about, as a subject: the core nouns, which every split may use. */
  readonly things: readonly string[];
  /** What is said of a thing. */
  readonly says: BySplit;
  /** Whole clauses, which often do not name the thing at all. */
  readonly clauses: BySplit;
}

export type SymptomWordings = Readonly<Partial<Record<Category, SymptomWording>>>;

/** One piece of wording per line. */
export function lines(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

export function bySplit(train: string, validation: string, test: string): BySplit {
  return { train: lines(train), validation: lines(validation), test: lines(test) };
}
