import type { SeededRandom } from '../../main/engine/testing/seeded-random.ts';
import type { Language } from './labels.ts';
import { oneOf } from './fill-wording.ts';

/*
 * Training wording made looser than people write it, so that the model reads words and not whole phrases: there are a few dozen
 * phrases for each matter, and it would know them all by heart. Held-out tickets are left as they are.
 */

const dropShare = 0.15;

/** Leaves some words out (in Chinese: pieces of one or two characters), never digits. As word dropout, Iyyer et al. 2015. */
export function withWordsLeftOut(random: SeededRandom, language: Language, text: string): string {
  const pieces = text.match(language === 'en' ? /\S+\s*/g : /[\p{L}]{1,2}|[^\p{L}]+/gu) ?? [];
  const kept = pieces.filter((piece) => /\d/.test(piece) || !/\p{L}/u.test(piece) || random.next() >= dropShare);
  return kept.length < 2 ? text : kept.join('');
}

/** Words of a sentence frame in any order, its slots gone: what stands around a matter in a phrase nobody has thought of. */
export function shuffledWords(random: SeededRandom, language: Language, frame: string): string {
  const words = frame.replaceAll(/\{\w+\}/g, ' ').match(language === 'en' ? /[\p{L}']+/gu : /\p{L}{1,2}/gu) ?? [];
  const rest = [...words];
  const chosen: string[] = [];
  for (let count = Math.min(rest.length, 2 + random.below(4)); count > 0; count -= 1) {
    const word = oneOf(random, rest);
    rest.splice(rest.indexOf(word), 1);
    chosen.push(word);
  }
  return chosen.join(language === 'en' ? ' ' : '');
}

const fragmentLengths = { en: { least: 1, most: 3 }, zh: { least: 2, most: 4 } } as const;

/**
 * Runs of one to three neighbouring words (in Chinese: of two to four characters), one from each phrase, in any order: what a matter is
 * about without any phrase about it, so that the model must weigh single words as a naive Bayes classifier does.
 */
export function fragmentsOf(random: SeededRandom, language: Language, phrases: readonly string[]): string {
  const { least, most } = fragmentLengths[language];
  const fragments = phrases.flatMap((phrase) => {
    const units = phrase.replaceAll(/\{\w+\}/g, ' ').match(language === 'en' ? /[\p{L}\p{N}'-]+/gu : /[\p{L}\p{N}]/gu) ?? [];
    if (units.length === 0) return [];
    const length = Math.min(units.length, least + random.below(most - least + 1));
    const first = random.below(units.length - length + 1);
    return [units.slice(first, first + length).join(language === 'en' ? ' ' : '')];
  });
  return fragments.join(language === 'en' ? ' ' : '');
}
