import { type SeededRandom, seededRandom } from '../../main/engine/testing/seeded-random.ts';
import { writeCarelessly } from './careless-writing.ts';
import { decide, fill, oneOf, type SlotName, type Slots } from './fill-wording.ts';
import { categories, type Category, type Language, languages, type Urgency, writeAnswer } from './labels.ts';
import { isNearHeldOut, type Subject } from './nearness.ts';
import { fragmentsOf, shuffledWords, withWordsLeftOut } from './loosen.ts';
import { sentenceWordings, symptomWording } from './wording/all-wording.ts';
import type { Split } from './wording/wording.ts';

export interface Ticket {
  readonly language: Language;
  readonly category: Category;
  readonly urgency: Urgency;
  /** What the person wrote. */
  readonly text: string;
  /** The same before typing errors. */
  readonly careful: string;
  /** The answer of one sentence. */
  readonly reply: string;
  /** What of the text tells category and urgency, its slots open: for proofs about splits. */
  readonly phrases: readonly Phrase[];
}

export interface Phrase {
  readonly subject: Subject;
  readonly text: string;
}

export interface ChatRow {
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: string }[];
}

export interface TicketOrder {
  readonly split: Split;
  readonly count: number;
  readonly seed: number;
  /** How many of the symptoms and urgency phrases of training tickets are pieces of several phrases, 0 to 1; none unless told. */
  readonly fragmentShare?: number;
  /** How many training tickets are nothing but symptom and urgency: no sentence around it, no greeting; none unless told. */
  readonly terseShare?: number;
}

const splitSeeds: Readonly<Record<Split, number>> = { train: 0x51ed, validation: 0x7a11, test: 0x3c0d };

/** Tickets of one split, half in each language, all categories alike, no text twice. The same order gives the same tickets. */
export function generateTickets({ split, count, seed, fragmentShare = 0, terseShare = 0 }: TicketOrder): Ticket[] {
  const random = seededRandom(Math.imul(seed, 65_537) ^ splitSeeds[split]);
  const tickets: Ticket[] = [];
  const seen = new Set<string>();
  while (tickets.length < count) {
    const index = tickets.length;
    const language = languages[index % languages.length] ?? 'en';
    const category = categories[Math.floor(index / languages.length) % categories.length] ?? 'printer';
    const ticket = writeTicket(random, { split, language, category, ...(split === 'train' ? { fragmentShare, terseShare } : { fragmentShare: 0, terseShare: 0 }) });
    if (seen.has(ticket.text)) continue;
    seen.add(ticket.text);
    tickets.push(ticket);
  }
  return shuffled(random, tickets);
}

/** A ticket with its answer as a row of chat messages, the form in which data sets for tuning come. */
export function chatRowOf(ticket: Ticket): ChatRow {
  return {
    messages: [
      { role: 'user', content: ticket.text },
      { role: 'assistant', content: writeAnswer(ticket.language, ticket) },
    ],
  };
}

interface TicketKind {
  readonly split: Split;
  readonly language: Language;
  readonly category: Category;
  readonly fragmentShare: number;
  readonly terseShare: number;
}

function writeTicket(random: SeededRandom, { split, language, category, fragmentShare, terseShare }: TicketKind): Ticket {
  const words = sentenceWordings[language];
  const symptoms = symptomWording(language, category);
  const urgency = urgencyAtRandom(random);
  const terse = terseShare > 0 && random.next() < terseShare;
  const used = new Set<SlotName>();
  const number = String(random.next() < 0.5 ? 100 + random.below(900) : 1000 + random.below(9000));
  const slots = {
    place: fill(oneOf(random, words.places), emptySlots({ number })),
    person: oneOf(random, words.persons),
    time: oneOf(random, words.times),
    number,
    hour: `${8 + random.below(9)}:${random.next() < 0.5 ? '00' : '30'}`,
  };
  const write = (piece: string, more: Partial<Slots> = {}): string => fill(decide(random, piece), emptySlots({ ...slots, ...more }), used);

  const phrases: Phrase[] = [];
  const choose = (subject: Subject, list: readonly string[]): string => {
    const fragmentary = fragmentShare > 0 && random.next() < fragmentShare;
    const phrase = (): string => decide(random, oneOf(random, list));
    for (;;) {
      const text = fragmentary ? fragmentsOf(random, language, Array.from({ length: 2 + random.below(3) }, phrase)) : phrase();
      if (split === 'train' && isNearHeldOut(language, subject, text)) continue;
      phrases.push({ subject, text });
      return write(text);
    }
  };
  const symptom = (list: readonly string[]): string => choose({ category }, list);
  const loosely = (text: string): string => (split === 'train' && random.next() < 0.3 ? withWordsLeftOut(random, language, text) : text);
  const thing = random.next() < 0.5 ? write(oneOf(random, symptoms.things)) : null;
  const problem = thing === null ? loosely(symptom(symptoms.clauses[split])) : join(language, thing, loosely(symptom(symptoms.says[split])));
  const frame = terse ? asSentence(language, problem, random) : write(oneOf(random, words.frames[split]), { problem });
  const sentences = [split === 'train' && !terse && random.next() < 0.2 ? join(language, shuffledWords(random, language, decide(random, oneOf(random, words.frames.train))), frame) : frame];
  // A second complaint about the same matter.
  if (split === 'train' && random.next() < 0.2) sentences.push(asSentence(language, loosely(symptom(symptoms.clauses.train)), random));
  if (urgency !== 'normal' || random.next() < 0.5) {
    for (let cues = split === 'train' && random.next() < 0.15 ? 2 : 1; cues > 0; cues -= 1) {
      const cue = asSentence(language, loosely(choose({ urgency }, words.cues[urgency][split])), random);
      if (random.next() < 0.25) sentences.unshift(cue);
      else sentences.push(cue);
    }
  }
  const body = sentences.map((sentence) => (language === 'en' && random.next() < 0.9 ? capitalized(sentence) : sentence));
  const parts = language === 'en' ? [body.join(' ')] : [body.map((sentence) => (/[。！？.)）]$/.test(sentence) ? sentence : `${sentence}，`)).join('').replace(/，$/, '')];
  const lineBreak = random.next() < 0.3 ? '\n' : language === 'en' ? ' ' : '';
  if (!terse && random.next() < 0.4) {
    const greeting = write(oneOf(random, words.greetings[split]));
    parts.unshift(language === 'en' ? capitalized(greeting) : greeting);
  }
  if (!terse && random.next() < 0.35) parts.push(write(oneOf(random, words.closings[split])));
  const careful = parts.join(lineBreak).trim();
  return { language, category, urgency, phrases, careful, text: writeCarelessly(random, language, careful), reply: writeReply(random, { language, category, urgency, thing, place: used.has('place') ? slots.place : null }) };
}

interface ReplyFacts {
  readonly language: Language;
  readonly category: Category;
  readonly urgency: Urgency;
  /** What the ticket is about and where, if it says so. */
  readonly thing: string | null;
  readonly place: string | null;
}

function writeReply(random: SeededRandom, { language, category, urgency, thing, place }: ReplyFacts): string {
  const { openings, actions } = sentenceWordings[language].replies;
  const [withThing = '', without = ''] = actions[category];
  const yours = thing === null ? '' : asYours(language, thing);
  const where = place === null || yours.includes(place) ? '' : language === 'en' ? ` in ${place}` : `${place}的`;
  // Not every action names the thing; then both will do.
  const action = thing === null || (!withThing.includes('{thing}') && random.next() < 0.5) ? without : withThing;
  return join(language, oneOf(random, openings[urgency]), fill(action, emptySlots({ thing: yours, where }))) + (language === 'en' ? '.' : '。');
}

function asYours(language: Language, thing: string): string {
  return language === 'en' ? thing.replace(/^(?:my|our)\b/, 'your') : thing.replace(/^我的/, '您的').replace(/^我们的/, '你们的');
}

function urgencyAtRandom(random: SeededRandom): Urgency {
  const drawn = random.next();
  if (drawn < 0.23) return 'low';
  if (drawn < 0.53) return 'normal';
  return drawn < 0.78 ? 'high' : 'critical';
}

function emptySlots(known: Partial<Slots>): Slots {
  return { place: '', person: '', time: '', number: '', hour: '', problem: '', thing: '', where: '', ...known };
}

function join(language: Language, first: string, second: string): string {
  return language === 'en' ? `${first} ${second}` : first + second;
}

function asSentence(language: Language, cue: string, random: SeededRandom): string {
  return cue + (language === 'en' ? (random.next() < 0.15 ? '!' : '.') : random.next() < 0.15 ? '！' : '。');
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** Fisher and Yates. */
function shuffled<Item>(random: SeededRandom, items: Item[]): Item[] {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = random.below(last + 1);
    [items[last], items[other]] = [items[other] as Item, items[last] as Item];
  }
  return items;
}
