import type { Category, Language, Urgency } from './labels.ts';
import { sentenceWordings, symptomWording } from './wording/all-wording.ts';

/** No training phrase may share a larger part of its words with a held-out one (Jaccard's index of the two sets of words). */
export const largestOverlap = 0.5;

/** The words of a phrase; in Chinese, which writes none, its pairs of neighbouring characters. Slots and digits do not count. */
export function wordsOf(language: Language, phrase: string): Set<string> {
  const text = phrase.replaceAll(/\{\w+\}/g, ' ').toLowerCase();
  if (language === 'en') return new Set(text.match(/[\p{L}']+/gu) ?? []);
  return new Set([...text.matchAll(/(?=(\p{L}{2}))/gu)].map((found) => found[1] ?? ''));
}

/** 0 for nothing in common, 1 for the same words. */
export function overlapOf(first: ReadonlySet<string>, second: ReadonlySet<string>): number {
  let common = 0;
  for (const word of first) if (second.has(word)) common += 1;
  const all = first.size + second.size - common;
  return all === 0 ? 0 : common / all;
}

const heldOut = new Map<string, readonly Set<string>[]>();
const judged = new Map<string, boolean>();

/** What a phrase is about: a symptom of a category, or an urgency. */
export type Subject = { readonly category: Category } | { readonly urgency: Urgency };

/** Whether a training phrase, its alternatives decided, says almost what a held-out one about the same says. */
export function isNearHeldOut(language: Language, subject: Subject, phrase: string): boolean {
  const name = 'category' in subject ? `${language} ${subject.category}` : `${language} ${subject.urgency}`;
  const key = `${name} ${phrase}`;
  const before = judged.get(key);
  if (before !== undefined) return before;
  const others = heldOut.get(name) ?? heldOutPhrases(language, subject).map((piece) => wordsOf(language, piece));
  heldOut.set(name, others);
  const words = wordsOf(language, phrase);
  const near = others.some((other) => overlapOf(words, other) > largestOverlap);
  judged.set(key, near);
  return near;
}

export function heldOutPhrases(language: Language, subject: Subject): string[] {
  const lists = 'category' in subject ? [symptomWording(language, subject.category).says, symptomWording(language, subject.category).clauses] : [sentenceWordings[language].cues[subject.urgency]];
  return lists.flatMap((list) => [...list.validation, ...list.test]);
}
