import type { SeededRandom } from '../../main/engine/testing/seeded-random.ts';
import type { Language } from './labels.ts';
import { oneOf } from './fill-wording.ts';

const abbreviations: readonly (readonly [RegExp, string])[] = [
  [/\bplease\b/gi, 'pls'],
  [/\bdepartment\b/gi, 'dept'],
  [/\bpassword\b/gi, 'pw'],
  [/\bthank you\b/gi, 'thx'],
  [/\bbecause\b/gi, 'bc'],
  [/\bcomputer\b/gi, 'pc'],
  [/\bcannot\b/gi, 'cant'],
  [/\bdoes not\b/gi, 'doesnt'],
  [/\band\b/gi, '&'],
  [/\bpatient(s?)\b/gi, 'pat$1'],
];

/** Characters that input methods confuse, because they sound alike. */
const soundAlike: readonly (readonly [string, string])[] = [
  ['账号', '帐号'],
  ['登录', '登陆'],
  ['的', '得'],
  ['在', '再'],
  ['做', '作'],
  ['像', '象'],
  ['已', '以'],
  ['坏', '怀'],
  ['需要', '须要'],
  ['电脑', '电恼'],
];

/** A ticket as people in a hurry write it: typing errors, short forms, no capitals, no punctuation. Many come out unchanged. */
export function writeCarelessly(random: SeededRandom, language: Language, text: string): string {
  return language === 'en' ? carelessEnglish(random, text) : carelessChinese(random, text);
}

function carelessEnglish(random: SeededRandom, text: string): string {
  let written = text;
  if (random.next() < 0.12) for (const [full, short] of abbreviations) written = written.replace(full, short);
  if (random.next() < 0.18) for (let count = 1 + random.below(2); count > 0; count -= 1) written = withTypingError(random, written);
  const manner = random.next();
  if (manner < 0.13) return written.toLowerCase();
  if (manner < 0.15) return written.toUpperCase();
  if (manner < 0.2) return written.replaceAll(/[.,!?;:](?= |$)/g, '');
  return written;
}

function withTypingError(random: SeededRandom, text: string): string {
  const words = [...text.matchAll(/\p{L}{5,}/gu)];
  if (words.length === 0) return text;
  const word = oneOf(random, words);
  const at = word.index + 1 + random.below(word[0].length - 2);
  const [before, here, next, after] = [text.slice(0, at), text.charAt(at), text.charAt(at + 1), text.slice(at + 2)];
  switch (random.below(3)) {
    case 0:
      return before + next + here + after; // swapped
    case 1:
      return before + next + after; // left out
    default:
      return before + here + here + next + after; // doubled
  }
}

function carelessChinese(random: SeededRandom, text: string): string {
  let written = text;
  if (random.next() < 0.15) {
    const [right, wrong] = oneOf(random, soundAlike);
    written = written.replace(right, wrong);
  }
  const manner = random.next();
  if (manner < 0.08) return written.replaceAll(/[，。！？；]/g, ' ').trim();
  if (manner < 0.14) return written.replaceAll('，', ',').replaceAll('。', '.');
  if (manner < 0.2) return written.replace(/[。！]$/, '');
  if (manner < 0.24) return written.toLowerCase();
  return written;
}
