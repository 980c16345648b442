import { categories, type Category, type Language } from '../labels.ts';
import { chineseClinical } from './chinese-clinical.ts';
import { chineseDesk } from './chinese-desk.ts';
import { chineseMore } from './chinese-more.ts';
import { chineseOffice } from './chinese-office.ts';
import { chineseSentences } from './chinese-sentences.ts';
import { englishClinical } from './english-clinical.ts';
import { englishDesk } from './english-desk.ts';
import { englishMore } from './english-more.ts';
import { englishOffice } from './english-office.ts';
import { englishSentences } from './english-sentences.ts';
import type { SentenceWording } from './sentences.ts';
import type { BySplit, Split, SymptomWording, SymptomWordings } from './wording.ts';

export const sentenceWordings: Readonly<Record<Language, SentenceWording>> = { en: englishSentences, zh: chineseSentences };

const symptoms: Readonly<Record<Language, SymptomWordings>> = {
  en: { ...englishOffice, ...englishClinical, ...englishDesk },
  zh: { ...chineseOffice, ...chineseClinical, ...chineseDesk },
};

const more = { en: englishMore, zh: chineseMore } as const;

/** What is said about a category in a language. */
export function symptomWording(language: Language, category: Category): SymptomWording {
  const wording = symptoms[language][category];
  if (wording === undefined) throw new RangeError(`no wording for ${category} in ${language}`);
  return { ...wording, clauses: { ...wording.clauses, train: [...wording.clauses.train, ...more[language][category]] } };
}

/** Every piece of wording that belongs to a split, slots and alternatives still in it. */
export function piecesOf(language: Language, split: Split): string[] {
  const { frames, greetings, closings, cues } = sentenceWordings[language];
  const lists: BySplit[] = [frames, greetings, closings, ...Object.values(cues)];
  for (const category of categories) {
    const { says, clauses } = symptomWording(language, category);
    lists.push(says, clauses);
  }
  return lists.flatMap((list) => list[split]);
}
