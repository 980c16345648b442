import { seededRandom } from '../../main/engine/testing/seeded-random.ts';
import { decide, fill, slotNames, type Slots } from './fill-wording.ts';
import { categories, languages, urgencies, writeAnswer } from './labels.ts';
import { piecesOf, sentenceWordings, symptomWording } from './wording/all-wording.ts';

/** Every piece is taken so often with its alternatives decided anew, so that rare words count and frames do not swamp them. */
const decisions = 4;
const noSlots = Object.fromEntries(slotNames.map((name) => [name, ''])) as Slots;

/**
 * What the tokenizer is trained on: the wording of the training split, each piece about equally often (in generated tickets the
 * greetings come thousands of times and would take the vocabulary from the words that matter), and all answers.
 */
export function tokenizerTexts(seed: number): string[] {
  const random = seededRandom(seed);
  const texts: string[] = [];
  for (const language of languages) {
    const { places, persons, times, replies } = sentenceWordings[language];
    const before = language === 'en' ? ' ' : '';
    for (const piece of [...piecesOf(language, 'train'), ...places, ...persons, ...times, ...Object.values(replies.openings).flat(), ...Object.values(replies.actions).flat()]) {
      for (let count = 0; count < decisions; count += 1) {
        const text = fill(decide(random, piece), noSlots);
        texts.push(before + text, text.charAt(0).toUpperCase() + text.slice(1));
      }
    }
    for (const category of categories) {
      for (const thing of symptomWording(language, category).things) for (let count = 0; count < decisions; count += 1) texts.push(before + fill(thing, noSlots));
      for (const urgency of urgencies) for (let count = 0; count < decisions; count += 1) texts.push(writeAnswer(language, { category, urgency, reply: '' }));
    }
  }
  return texts;
}
