import type { Ticket } from './corpus.ts';
import { categories, type Category, type Language, languages, readAnswer, urgencies, type Urgency } from './labels.ts';

/** Shares of answers that are right, 0 to 1, of `count` tickets. */
export interface Shares {
  readonly count: number;
  readonly category: number;
  readonly urgency: number;
}

export interface Accuracy extends Shares {
  readonly byLanguage: Readonly<Record<Language, Shares>>;
  /** Of the tickets that are of this category. */
  readonly byCategory: Readonly<Record<Category, Shares>>;
  readonly byUrgency: Readonly<Record<Urgency, Shares>>;
  /** Answers whose two label lines are what they should be, in the ticket's language, right or wrong. */
  readonly wellFormed: number;
}

interface Judged {
  readonly ticket: Ticket;
  readonly wellFormed: boolean;
  readonly category: boolean;
  readonly urgency: boolean;
}

/** Compares answers with tickets. A label in the wrong language counts as wrong. */
export function measureAccuracy(tickets: readonly Ticket[], answers: readonly string[]): Accuracy {
  const judged = tickets.map((ticket, index): Judged => {
    const { language, category, urgency } = readAnswer(answers[index] ?? '');
    const inLanguage = language === ticket.language;
    return { ticket, wellFormed: inLanguage && category !== null && urgency !== null, category: inLanguage && category === ticket.category, urgency: inLanguage && urgency === ticket.urgency };
  });
  const of = (holds: (ticket: Ticket) => boolean): Shares => sharesOf(judged.filter(({ ticket }) => holds(ticket)));
  return {
    ...sharesOf(judged),
    byLanguage: tableOf(languages, (language) => of((ticket) => ticket.language === language)),
    byCategory: tableOf(categories, (category) => of((ticket) => ticket.category === category)),
    byUrgency: tableOf(urgencies, (urgency) => of((ticket) => ticket.urgency === urgency)),
    wellFormed: share(judged, ({ wellFormed }) => wellFormed),
  };
}

function sharesOf(judged: readonly Judged[]): Shares {
  return { count: judged.length, category: share(judged, ({ category }) => category), urgency: share(judged, ({ urgency }) => urgency) };
}

/** To four places; 0 of nothing. */
function share(judged: readonly Judged[], holds: (one: Judged) => boolean): number {
  return judged.length === 0 ? 0 : Math.round((judged.filter(holds).length / judged.length) * 10_000) / 10_000;
}

function tableOf<Key extends string>(keys: readonly Key[], value: (key: Key) => Shares): Readonly<Record<Key, Shares>> {
  return Object.fromEntries(keys.map((key) => [key, value(key)])) as Record<Key, Shares>;
}
