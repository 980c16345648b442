import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATASET_LIMITS } from '../../contract/datasets.contract.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { plain, problemsOf, readPath, readText } from '../testing/read-text.ts';

let folder: string;
let remove: () => void;
beforeAll(() => {
  ({ path: folder, remove } = temporaryFolder('reading'));
});
afterAll(() => remove());
const read = (name: string, content: string | Buffer, options: Parameters<typeof readPath>[1] = {}) => readText(join(folder, name), content, options);

describe('JSON Lines', () => {
  it('takes prompts, conversations and texts by their usual names', async () => {
    const asked = await read('a.jsonl', '{"prompt":"Q","completion":"A"}\n{"prompt":"Q2","completion":"A2"}\n');
    expect([asked.reading.mapping.kind, plain(asked)]).toEqual(['question-answer', ['Q → A', 'Q2 → A2']]);
    const chinese = await read('b.jsonl', '{"问题":"打印机卡纸","回答":"打开后盖"}\n');
    expect(chinese.reading.mapping).toEqual({ kind: 'question-answer', question: '问题', answer: '回答', system: null });
    const talk = await read('c.jsonl', '{"messages":[{"role":"system","content":"S"},{"role":"user","content":"Q"},{"role":"assistant","content":[{"type":"text","text":"A"}]}]}\n');
    expect(plain(talk)).toEqual(['S → Q → A']);
    const shared = await read('d.jsonl', '{"conversations":[{"from":"human","value":"Q"},{"from":"gpt","value":"A"}]}\n');
    expect(plain(shared)).toEqual(['Q → A']);
    expect(plain(await read('e.jsonl', '{"text":"one"}\n{"text":"two"}'))).toEqual(['one', 'two']);
    const alpaca = await read('f.jsonl', '{"instruction":"Sort","input":"Printer jams","output":"hardware"}\n');
    expect(alpaca.reading.mapping).toMatchObject({ question: 'input', system: 'instruction' });
  });

  it('takes an array over many lines, and says where an element of it is wrong', async () => {
    const found = await read('array.json', '[\n  {"question": "a, [b]", "answer": "\\"}"},\n  7,\n  {"question": "c",\n   "answer": "d"}\n]\n');
    expect(plain(found)).toEqual(['a, [b] → "}', 'c → d']);
    expect(problemsOf(found)).toEqual(['3 not-an-object']);
  });

  it('names every wrong line and keeps the others', async () => {
    const lines = [
      '{"prompt":"1","completion":"a"}',
      '{"prompt":',
      '[1]',
      '{"prompt":"2"}',
      '{"prompt":"3","completion":7}',
      '',
      '{"prompt":"4","completion":"  "}',
      '{"prompt":"1","completion":"a"}',
      '{"prompt":"5\\u0000","completion":"b"}',
      '{"prompt":"\\ud800","completion":"b"}',
      `{"prompt":"6","completion":"${'x'.repeat(DATASET_LIMITS.rowCharacters)}"}`,
      '{"prompt":"7","completion":"c"}',
      '',
    ];
    const found = await read('wrong.jsonl', lines.join('\r\n'));
    expect(plain(found)).toEqual(['1 → a', '7 → c']);
    expect(problemsOf(found)).toEqual(['2 not-json', '3 not-an-object', '4 no-answer', '5 wrong-type', '6 empty', '7 no-answer', '9 bad-encoding', '10 bad-encoding', '11 too-long'].sort((a, b) => Number.parseInt(a) - Number.parseInt(b)));
    expect([found.duplicateCount, found.problemCount]).toEqual([1, 9]);
  });

  it('takes properties of the object alone: no prototype, no depth, no million of keys hurts', async () => {
    const deep = `{"text":${'['.repeat(50_000)}${']'.repeat(50_000)}}`;
    const wide = `{${Array.from({ length: 50_000 }, (_, index) => `"k${index}":1`).join(',')},"text":"wide"}`;
    const found = await read('hostile.jsonl', `{"__proto__":{"text":"polluted"}}\n${deep}\n${wide}\n{"text":"last","constructor":"x","__proto__":"y"}\n`, { changes: { mapping: { kind: 'text', text: 'text' } } });
    expect(plain(found)).toEqual(['wide', 'last']);
    expect(problemsOf(found)).toEqual(['1 missing-field', '2 wrong-type']);
    expect(({} as Record<string, unknown>)['text']).toBeUndefined();
    expect(found.columns.length).toBeLessThanOrEqual(200);
  });

  it('says bad role and missing answer of conversations', async () => {
    const of = (messages: unknown) => JSON.stringify({ messages });
    const found = await read('talk.jsonl', [of([{ role: 'tool', content: 'x' }]), of([{ role: 'user', content: 'x' }]), of([]), of('{'), of([{ role: 'user', content: 'q' }, { role: 'assistant', content: 'a' }])].join('\n'));
    expect(problemsOf(found)).toEqual(['1 bad-role', '2 no-answer', '3 empty', '4 not-json']);
    expect(found.rowCount).toBe(1);
  });
});

describe('tables', () => {
  it.each([
    ['t.csv', ',', 'question,answer\nq,"a, b"\n"q\n2",c\n'],
    ['t2.csv', ';', 'question;answer\nq;"a, b"\n"q\n2";c\n'],
    ['t.tsv', '\t', 'question\tanswer\nq\ta, b\n"q\n2"\tc\n'],
    ['t.txt', '|', 'question|answer\nq|a, b\n"q\n2"|c\n'],
  ])('finds the delimiter of %s', async (name, delimiter, content) => {
    const found = await read(name, content);
    expect([found.reading.delimiter, plain(found)]).toEqual([delimiter, ['q → a, b', 'q\n2 → c']]);
  });

  it('leaves prose with commas a text', async () => {
    const found = await read('prose.txt', 'Well, first of all.\nThen, second of all.\n');
    expect([found.reading.format, found.rowCount]).toEqual(['text', 2]);
  });

  it('counts empty lines between rows, none at the end, and lines with other cells', async () => {
    const found = await read('gaps.csv', 'question,answer\na,b\n\n\nc\nd,e\n\n\n');
    expect(problemsOf(found)).toEqual(['3 empty', '4 empty', '5 column-count']);
    expect(found.columns).toEqual([{ name: 'question', filled: 2, samples: ['a', 'd'] }, { name: 'answer', filled: 2, samples: ['b', 'e'] }]);
  });

  it.each([
    ['duplicate-columns', 'a, a ,b\n1,2,3\n'],
    ['no-header', ',,\n1,2,3\n'],
    ['no-header', `${'x,'.repeat(100_000)}\n`],
  ])('refuses a header with %s', async (reason, content) => {
    await expect(read('header.csv', content)).rejects.toMatchObject({ code: 'DATASET_REFUSED', data: { reason, line: 1 } });
  });

  it('says which chosen column is not there', async () => {
    const changes = { mapping: { kind: 'question-answer' as const, question: 'a', answer: 'c', system: null } };
    await expect(read('columns.csv', 'a,b\n1,2\n', { changes, lenient: false })).rejects.toMatchObject({ data: { reason: 'missing-columns', detail: 'c' } });
    expect((await read('columns.csv', 'a,b\n1,2\n', { changes })).columns.map(({ name }) => name)).toEqual(['a', 'b']);
  });
});

describe('encodings', () => {
  /** 问题,回答 / 打印机卡纸怎么办,请打开后盖取出纸张 in GB18030, by hand. */
  const gb = Buffer.from('cecacce22cbbd8b4f00ab4f2d3a1bbfabfa8d6bdd4f5c3b4b0ec2cc7ebb4f2bfaabaf3b8c7c8a1b3f6d6bdd5c50a', 'hex');
  const latin = Buffer.from('question,answer\nWo ist der Schlüssel für den Gerätewagen?,Über der Tür.\n', 'latin1');
  const wide = Buffer.from('question,answer\nWho?,Änne\n', 'utf16le');
  const swapped = Buffer.from(wide).swap16();

  it.each([
    ['gb18030', gb, '打印机卡纸怎么办 → 请打开后盖取出纸张'],
    ['gb18030', Buffer.concat([Buffer.from([0x84, 0x31, 0x95, 0x33]), gb]), '打印机卡纸怎么办 → 请打开后盖取出纸张'],
    ['windows-1252', latin, 'Wo ist der Schlüssel für den Gerätewagen? → Über der Tür.'],
    ['utf-16le', wide, 'Who? → Änne'],
    ['utf-16le', Buffer.concat([Buffer.from([0xff, 0xfe]), wide]), 'Who? → Änne'],
    ['utf-16be', Buffer.concat([Buffer.from([0xfe, 0xff]), swapped]), 'Who? → Änne'],
    ['utf-8', Buffer.from('\ufeffquestion,answer\nWho?,Änne 你\n'), 'Who? → Änne 你'],
  ])('recognises %s', async (encoding, content, row) => {
    const found = await read('encoded.csv', content);
    expect([found.reading.encoding, plain(found)]).toEqual([encoding, [row]]);
  });

  it('leaves out a line that is not valid, and refuses where it is the encoding that is wrong', async () => {
    const good = Array.from({ length: 30 }, (_, index) => `Zeile ${index} mit Ümlaut`);
    const mixed = Buffer.concat([Buffer.from(`${good.join('\n')}\n`), Buffer.from([0xfc, 0x0a]), Buffer.from('Ende\n')]);
    const found = await read('mixed.txt', mixed);
    expect([found.reading.encoding, problemsOf(found), found.rowCount]).toEqual(['utf-8', ['31 bad-encoding'], 31]);
    await expect(read('gb.csv', gb, { changes: { encoding: 'utf-8' } })).rejects.toMatchObject({ data: { reason: 'wrong-encoding', detail: 'UTF-8', line: 1 } });
    await expect(read('gb.txt', gb, { changes: { encoding: 'utf-8', format: 'text' } })).rejects.toMatchObject({ data: { reason: 'wrong-encoding', line: 1 } });
  });

  it('refuses what is no text', async () => {
    await expect(read('model.txt', Buffer.from('GGUF\x03\0\0\0\x10\0\0\0', 'latin1'))).rejects.toMatchObject({ data: { reason: 'not-text' } });
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => ((index * 7919 + (index % 251) * 31) % 255) + 1));
    await expect(read('noise.txt', noise)).rejects.toMatchObject({ data: { reason: 'not-text' } });
    await expect(read('empty.txt', '')).rejects.toMatchObject({ data: { reason: 'empty' } });
    await expect(read('blank.txt', ' \n\n')).rejects.toMatchObject({ data: { reason: 'empty' } });
  });
});

describe('plain text', () => {
  it('is lines, paragraphs or whole files', async () => {
    const text = 'one\ntwo\n\nthree\r\nfour\n';
    const as = async (textRows: 'lines' | 'paragraphs' | 'files') => plain(await read('p.txt', text, { changes: { textRows } }));
    expect(await as('lines')).toEqual(['one', 'two', 'three', 'four']);
    expect(await as('paragraphs')).toEqual(['one\ntwo', 'three\nfour']);
    expect(await as('files')).toEqual(['one\ntwo\n\nthree\nfour']);
    expect((await read('p.txt', text)).reading.textRows).toBe('paragraphs');
  });

  it('is a folder of files in the order of their names, links and hidden ones left alone', async () => {
    const root = join(folder, 'texts');
    mkdirSync(join(root, 'b'), { recursive: true });
    for (const [name, text] of [['a.txt', 'A'], ['b/c.md', 'C'], ['.hidden.txt', 'H'], ['d.pdf', 'D'], ['z.txt', '']]) writeFileSync(join(root, name ?? ''), text ?? '');
    const found = await readPath(root);
    expect([found.reading.format, plain(found)]).toEqual(['folder', ['A', 'C']]);
    const long = await readText(join(root, 'long.txt'), 'x '.repeat(DATASET_LIMITS.rowCharacters), {}).catch(() => null);
    expect(long).not.toBeNull();
    expect((await readPath(root)).problems).toEqual([{ file: 'long.txt', line: 1, problem: 'too-long', detail: String(2 * DATASET_LIMITS.rowCharacters + 1) }]);
  });
});

describe('too much', () => {
  it('is refused with the number, whatever the shape', async () => {
    const line = `{"text":"${'x'.repeat(150_000)}`;
    const large = Array.from({ length: 460 }, (_, index) => `${line}${index}"}`).join('\n');
    await expect(read('large.jsonl', large)).rejects.toMatchObject({ data: { reason: 'too-large', limit: 64 } });
  }, 20_000);

  it('leaves out a line that has no end, and reads what comes after it', async () => {
    const found = await read('endless.jsonl', Buffer.concat([Buffer.from('{"text":"'), Buffer.alloc(16 * 1024 * 1024, 'x'), Buffer.from('"}\n{"text":"after"}\n')]), { changes: { format: 'jsonl', mapping: { kind: 'text', text: 'text' } } });
    expect([plain(found), problemsOf(found)]).toEqual([['after'], ['1 too-long']]);
  }, 20_000);
});
