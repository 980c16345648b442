import { choice, DIGIT, oneOf, optional, sequence, text } from './grammar-nodes.ts';
import type { GrammarNode } from './grammar-nodes.ts';
import type { GrammarRules } from './grammar-rules.ts';
import type { LengthBounds } from './pattern-grammar.ts';

/*
 * Formats of strings (JSON Schema 2020-12, Validation, section 7.3), without quotes. Each is a part of what its standard allows that
 * every checker accepts: an answer is valid, though not every valid text can be answered.
 */

const HEX = oneOf('0-9a-f');
const LETTER_OR_DIGIT = oneOf('0-9A-Za-z');

/** `lengths`: the fewest and most characters the grammar writes; null: no limit. */
interface Format {
  readonly grammar: (rules: GrammarRules) => GrammarNode;
  readonly lengths: LengthBounds;
}

function format(grammar: Format['grammar'], min: number, max: number | null): Format {
  return { grammar, lengths: { min, max } };
}

const EMAIL = format(email, 6, 286);
const HOSTNAME = format(hostname, 1, 204);
const URL_FORMAT = format(url, 8, null);

const FORMATS: Readonly<Record<string, Format>> = {
  date: format(date, 10, 10),
  time: format(time, 9, 24),
  'date-time': format((rules) => sequence(date(rules), text('T'), time(rules)), 20, 35),
  duration: format(duration, 3, 44),
  uuid: format(uuid, 36, 36),
  email: EMAIL,
  'idn-email': EMAIL,
  hostname: HOSTNAME,
  'idn-hostname': HOSTNAME,
  ipv4: format(ipv4, 7, 15),
  ipv6: format(ipv6, 2, 39),
  uri: URL_FORMAT,
  'uri-reference': URL_FORMAT,
  url: URL_FORMAT,
};

/** The format's grammar with the lengths it writes, or null when it is not known. */
export function formatGrammar(rules: GrammarRules, name: string): { node: GrammarNode; lengths: LengthBounds } | null {
  const known = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
  return known === undefined ? null : { node: rules.shared(`format-${name}`, () => known.grammar(rules)), lengths: known.lengths };
}

function exactly(rules: GrammarRules, count: number, node: GrammarNode): GrammarNode {
  return rules.repeat(node, count, count);
}

/** RFC 3339 full-date: days that exist, the 29th of February in leap years alone. */
function date(rules: GrammarRules): GrammarNode {
  return rules.shared('date', () => {
    const tens = (first: string, last: string): GrammarNode => sequence(text(first), oneOf(last));
    const day28 = choice([tens('0', '1-9'), tens('1', '0-9'), tens('2', '0-8')]);
    const day30 = choice([day28, text('29'), text('30')]);
    const monthOf31 = choice(['01', '03', '05', '07', '08', '10', '12'].map(text));
    const monthOf30 = choice(['04', '06', '09', '11'].map(text));
    const inEveryYear = choice([sequence(monthOf31, text('-'), choice([day30, text('31')])), sequence(monthOf30, text('-'), day30), sequence(text('02-'), day28)]);
    // The last two digits divide by four; for full centuries the first two do.
    const fourth = choice([sequence(oneOf('02468'), oneOf('48')), sequence(oneOf('13579'), oneOf('26'))]);
    const century = exactly(rules, 2, DIGIT);
    const leapYear = choice([sequence(century, choice([fourth, sequence(oneOf('2468'), text('0'))])), sequence(choice([fourth, sequence(oneOf('02468'), text('0'))]), text('00'))]);
    return choice([sequence(exactly(rules, 4, DIGIT), text('-'), inEveryYear), sequence(leapYear, text('-02-29'))]);
  });
}

/** RFC 3339 full-time: seconds to the ninth digit, with the offset; no leap seconds. */
function time(rules: GrammarRules): GrammarNode {
  return rules.shared('time', () => {
    const hour = choice([sequence(oneOf('01'), DIGIT), sequence(text('2'), oneOf('0-3'))]);
    const sixtieth = sequence(oneOf('0-5'), DIGIT);
    const fraction = sequence(text('.'), rules.repeat(DIGIT, 1, 9));
    const offset = choice([text('Z'), sequence(oneOf('+-'), hour, text(':'), sixtieth)]);
    return sequence(hour, text(':'), sixtieth, text(':'), sixtieth, optional(fraction), offset);
  });
}

/** ISO 8601 duration as in RFC 3339, appendix A, in whole numbers: weeks, or days and what is finer, and so on. */
function duration(rules: GrammarRules): GrammarNode {
  const number = (unit: string): GrammarNode => sequence(rules.repeat(DIGIT, 1, 6), text(unit));
  const seconds = number('S');
  const minutes = sequence(number('M'), optional(seconds));
  const timePart = sequence(text('T'), choice([sequence(number('H'), optional(minutes)), minutes, seconds]));
  const days = number('D');
  const months = sequence(number('M'), optional(days));
  const dayPart = sequence(choice([days, months, sequence(number('Y'), optional(months))]), optional(timePart));
  return sequence(text('P'), choice([dayPart, timePart, number('W')]));
}

function uuid(rules: GrammarRules): GrammarNode {
  const digits = (count: number): GrammarNode => exactly(rules, count, HEX);
  return sequence(digits(8), text('-'), digits(4), text('-'), digits(4), text('-'), digits(4), text('-'), digits(12));
}

/** Labels of at most 40 characters, at most four of them before the last one. */
function hostname(rules: GrammarRules): GrammarNode {
  return rules.shared('hostname', () => {
    const inner = rules.repeat(oneOf('0-9A-Za-z-'), 0, 38);
    const label = sequence(LETTER_OR_DIGIT, optional(sequence(inner, LETTER_OR_DIGIT)));
    return sequence(label, rules.repeat(sequence(text('.'), label), 0, 4));
  });
}

/** A mailbox with a name of at most 60 characters at a host with at least one dot. */
function email(rules: GrammarRules): GrammarNode {
  const characters = oneOf('0-9A-Za-z_+-');
  const local = sequence(rules.repeat(characters, 1, 20), rules.repeat(sequence(text('.'), rules.repeat(characters, 1, 19)), 0, 2));
  return sequence(local, text('@'), hostname(rules), text('.'), rules.repeat(oneOf('A-Za-z'), 2, 20));
}

function ipv4(rules: GrammarRules): GrammarNode {
  return rules.shared('ipv4', () => {
    const byte = choice([DIGIT, sequence(oneOf('1-9'), DIGIT), sequence(text('1'), DIGIT, DIGIT), sequence(text('2'), oneOf('0-4'), DIGIT), sequence(text('25'), oneOf('0-5'))]);
    return sequence(byte, exactly(rules, 3, sequence(text('.'), byte)));
  });
}

/** All eight groups, or one run of zeros left out (::) with at most seven groups around it. */
function ipv6(rules: GrammarRules): GrammarNode {
  const group = rules.rule(rules.repeat(oneOf('0-9a-fA-F'), 1, 4));
  const more = rules.rule(sequence(text(':'), group));
  const upTo = (count: number): GrammarNode => (count === 0 ? sequence() : optional(sequence(group, rules.repeat(more, 0, count - 1))));
  const before = [0, 1, 2, 3, 4, 5, 6, 7];
  const shortened = before.map((count) => sequence(count === 0 ? sequence() : sequence(group, exactly(rules, count - 1, more)), text('::'), upTo(7 - count)));
  return choice([sequence(group, exactly(rules, 7, more)), ...shortened]);
}

/** http or https, a host, and a path, query and fragment of characters that need no encoding. */
function url(rules: GrammarRules): GrammarNode {
  const characters = (extra: string): GrammarNode => rules.repeat(oneOf(`0-9A-Za-z._~${extra}-`), 0, null);
  const path = rules.repeat(sequence(text('/'), characters('!$&()*+,;=:@')), 0, null);
  const query = sequence(text('?'), characters('!$&()*+,;=:@/'));
  const fragment = sequence(text('#'), characters('!$&()*+,;=:@/'));
  return sequence(choice([text('https://'), text('http://')]), hostname(rules), path, optional(query), optional(fragment));
}
