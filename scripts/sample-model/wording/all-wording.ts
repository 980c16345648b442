import { categories, type Category, type Language, urgencies, type Urgency } from '../labels.ts';
import { chineseClinical } from './chinese-clinical.ts';
import { chineseDesk } from './chinese-desk.ts';
import { chineseMore } from './chinese-more.ts';
import { chineseOffice } from './chinese-office.ts';
import { chineseSentences } from './chinese-sentences.ts';
import { chineseUrgency } from './chinese-urgency.ts';
import { chineseVocabulary } from './chinese-vocabulary.ts';
import { chineseVocabularyCare } from './chinese-vocabulary-care.ts';
import { englishClinical } from './english-clinical.ts';
import { englishDesk } from './english-desk.ts';
import { englishMore } from './english-more.ts';
import { englishOffice } from './english-office.ts';
import { englishSentences } from './english-sentences.ts';
import { englishUrgency } from './english-urgency.ts';
import { englishVocabulary } from './english-vocabulary.ts';
import { englishVocabularyCare } from './english-vocabulary-care.ts';
import type { SentenceWording } from './sentences.ts';
import type { BySplit, Split, SymptomWording, SymptomWordings } from './wording.ts';

/**
 * Sentences with further cues for training. The plain ones come three times as often: otherwise a linear classifier named the urgency
 * of Chinese validation wording rightly less often than without the further ones.
 */
function withCues(wording: SentenceWording, more: Readonly<Record<Urgency, readonly string[]>>): SentenceWording {
  const cues = { ...wording.cues };
  for (const urgency of urgencies) {
    const plain = cues[urgency].train;
    cues[urgency] = { ...cues[urgency], train: [...plain, ...plain, ...plain, ...more[urgency]] };
  }
  return { ...wording, cues };
}

export const sentenceWordings: Readonly<Record<Language, SentenceWording>> = {
  en: withCues(englishSentences, englishUrgency),
  zh: withCues(chineseSentences, chineseUrgency),
};

const symptoms: Readonly<Record<Language, SymptomWordings>> = {
  en: { ...englishOffice, ...englishClinical, ...englishDesk },
  zh: { ...chineseOffice, ...chineseClinical, ...chineseDesk },
};

const more = { en: englishMore, zh: chineseMore } as const;
const vocabulary: Readonly<Record<Language, Readonly<Record<Category, readonly string[]>>>> = {
  en: { ...englishVocabulary, ...englishVocabularyCare },
  zh: { ...chineseVocabulary, ...chineseVocabularyCare },
};

/** What is said about a category in a language. */
export function symptomWording(language: Language, category: Category): SymptomWording {
  const wording = symptoms[language][category];
  if (wording === undefined) throw new RangeError(`no wording for ${category} in ${language}`);
  const train = [...wording.clauses.train, ...more[language][category], ...vocabulary[language][category]];
  return { ...wording, clauses: { ...wording.clauses, train } };
}

/** Every piece of wording that belongs to a split, once, slots and alternatives still in it. */
export function piecesOf(language: Language, split: Split): string[] {
  const { frames, greetings, closings, cues } = sentenceWordings[language];
  const lists: BySplit[] = [frames, greetings, closings, ...Object.values(cues)];
  for (const category of categories) {
    const { says, clauses } = symptomWording(language, category);
    lists.push(says, clauses);
  }
  return [...new Set(lists.flatMap((list) => list[split]))];
}
