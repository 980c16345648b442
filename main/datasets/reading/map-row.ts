import { DATASET_LIMITS } from '../../contract/datasets.contract.ts';
import type { DataMapping, DataRow, RowProblem } from '../../contract/datasets.contract.ts';
import type { DataRecord } from './read-records.ts';

export type MappedRow = { row: DataRow } | { problem: RowProblem['problem']; detail: string };
type Message = Extract<DataRow, { kind: 'chat' }>['messages'][number];
type Bad = Extract<MappedRow, { problem: string }>;

/** Role names of other tools' files (ShareGPT, Gemini, newer OpenAI) in the words of ours. */
const roles = new Map<string, Message['role']>([
  ['system', 'system'],
  ['developer', 'system'],
  ['user', 'user'],
  ['human', 'user'],
  ['assistant', 'assistant'],
  ['gpt', 'assistant'],
  ['model', 'assistant'],
]);

/** Makes the row that is kept of a record, or says why there is none. Texts keep everything but foreign line ends. */
export function mapRow(record: DataRecord, mapping: DataMapping): MappedRow {
  const made = rowOf(record, mapping);
  if ('problem' in made) return made;
  const characters = textsOf(made.row).reduce((sum, text) => sum + text.length, 0);
  return characters > DATASET_LIMITS.rowCharacters ? { problem: 'too-long', detail: String(characters) } : made;
}

/** The texts of a row, in order. */
export function textsOf(row: DataRow): string[] {
  return row.kind === 'text' ? [row.text] : row.messages.map(({ content }) => content);
}

function rowOf(record: DataRecord, mapping: DataMapping): MappedRow {
  switch (mapping.kind) {
    case 'text': {
      const text = cell(record, mapping.text);
      if (typeof text !== 'string') return text;
      return isBlank(text) ? bad('empty', mapping.text) : { row: { kind: 'text', text } };
    }
    case 'question-answer': {
      const question = cell(record, mapping.question);
      if (typeof question !== 'string') return question;
      const answer = cell(record, mapping.answer);
      if (typeof answer !== 'string') return answer.problem === 'missing-field' ? bad('no-answer', mapping.answer) : answer;
      if (isBlank(question)) return bad(isBlank(answer) ? 'empty' : 'missing-field', mapping.question);
      if (isBlank(answer)) return bad('no-answer', mapping.answer);
      const messages: Message[] = [{ role: 'user', content: question }, { role: 'assistant', content: answer }];
      // An instruction is one more thing a row may have; without it the row is good.
      const system = mapping.system === null ? '' : cell(record, mapping.system);
      if (typeof system !== 'string' && system.problem !== 'missing-field') return system;
      if (typeof system === 'string' && !isBlank(system)) messages.unshift({ role: 'system', content: system });
      return { row: { kind: 'chat', messages } };
    }
    case 'conversation':
      return conversation(record, mapping.messages);
  }
}

function conversation(record: DataRecord, column: string): MappedRow {
  let list = valueOf(record, column);
  if (list === undefined || list === null) return bad('missing-field', column);
  if (typeof list === 'string') {
    try {
      list = JSON.parse(list); // a table can hold a conversation only as a text
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return bad('not-json', column);
    }
  }
  if (!Array.isArray(list)) return bad('wrong-type', column);
  if (list.length === 0) return bad('empty', column);
  const messages: Message[] = [];
  for (const item of list as unknown[]) {
    if (typeof item !== 'object' || item === null) return bad('wrong-type', column);
    const role = own(item, 'role') ?? own(item, 'from');
    const known = typeof role === 'string' ? roles.get(role.trim().toLowerCase()) : undefined;
    if (known === undefined) return bad('bad-role', shown(role));
    const content = asText(contentOf(own(item, 'content') ?? own(item, 'value')), `${column}.content`);
    if (typeof content !== 'string') return content;
    messages.push({ role: known, content });
  }
  const answer = messages.findLast(({ role }) => role === 'assistant');
  if (messages.every(({ content }) => isBlank(content))) return bad('empty', column);
  return answer === undefined || isBlank(answer.content) ? bad('no-answer', column) : { row: { kind: 'chat', messages } };
}

/** Content in parts, as newer files have it: text parts are joined, anything else is left to be refused. */
function contentOf(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  const texts = (content as unknown[]).map((part) => (typeof part === 'object' && part !== null ? own(part, 'text') : part));
  return texts.every((text) => typeof text === 'string') ? texts.join('') : content;
}

function cell(record: DataRecord, column: string): string | Bad {
  const value = valueOf(record, column);
  return value === undefined || value === null ? bad('missing-field', column) : asText(value, column);
}

function asText(value: unknown, column: string): string | Bad {
  if (value === undefined || value === null) return bad('missing-field', column);
  if (typeof value !== 'string') return bad('wrong-type', column);
  // Half a surrogate pair is no character, and a zero ends a text in every C library behind us.
  if (!value.isWellFormed() || value.includes('\0')) return bad('bad-encoding', column);
  return value.includes('\r') ? value.replaceAll('\r\n', '\n').replaceAll('\r', '\n') : value;
}

function valueOf({ names, values }: DataRecord, column: string): unknown {
  const at = names.indexOf(column);
  return at === -1 ? undefined : values[at];
}

/** A property of the object itself: `__proto__` and its like are data here. */
function own(value: object, key: string): unknown {
  return Object.hasOwn(value, key) ? (value as Record<string, unknown>)[key] : undefined;
}

function isBlank(text: string): boolean {
  return text.trim() === '';
}

function bad(problem: RowProblem['problem'], detail: string): Bad {
  return { problem, detail: detail.slice(0, 200) };
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : typeof value;
}
