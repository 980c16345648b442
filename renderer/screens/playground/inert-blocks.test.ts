import { expect, it } from 'vitest';
import { inertBlocks, inertPieces } from './inert-blocks.ts';

/** Everything a block shows, as one text: what no rendering may lose. */
function shown(answer: string): string {
  return JSON.stringify(inertBlocks(answer));
}

it('keeps line breaks within a paragraph and parts paragraphs at empty lines', () => {
  expect(inertBlocks('one\ntwo\n\nthree')).toEqual([
    { kind: 'text', at: 0, text: 'one\ntwo' },
    { kind: 'text', at: 3, text: 'three' },
  ]);
});

it('recognises fenced code, and takes an open fence for code that is still being written', () => {
  expect(inertBlocks('a\n```python\nx = 1\n\n# no heading\n```\nb')).toEqual([
    { kind: 'text', at: 0, text: 'a' },
    { kind: 'code', at: 1, language: 'python', text: 'x = 1\n\n# no heading' },
    { kind: 'text', at: 6, text: 'b' },
  ]);
  expect(inertBlocks('```\nhalf')).toEqual([{ kind: 'code', at: 0, language: '', text: 'half' }]);
  expect(inertBlocks('````\n```\n````')).toEqual([{ kind: 'code', at: 0, language: '', text: '```' }]);
});

it('gathers list items and begins a new list where the numbers do not go on', () => {
  expect(inertBlocks('- a\n- b\n1. x\n2. y\n7. z')).toEqual([
    { kind: 'list', at: 0, ordered: false, start: 1, items: [{ at: 0, text: 'a' }, { at: 1, text: 'b' }] },
    { kind: 'list', at: 2, ordered: true, start: 1, items: [{ at: 2, text: 'x' }, { at: 3, text: 'y' }] },
    { kind: 'list', at: 4, ordered: true, start: 7, items: [{ at: 4, text: 'z' }] },
  ]);
});

it.each(['<img src="https://example.com/x.png" onerror="alert(1)">', '[open](javascript:alert(1))', '![x](https://example.com/x.png)', '<script>alert(1)</script>'])(
  'leaves %s as text',
  (hostile) => {
    expect(inertBlocks(hostile)).toEqual([{ kind: 'text', at: 0, text: hostile }]);
    expect(inertPieces(hostile)).toEqual([{ kind: 'plain', at: 0, text: hostile }]);
  },
);

it('recognises bold and code within a line and nothing else', () => {
  expect(inertPieces('a **b** `c` *d*')).toEqual([
    { kind: 'plain', at: 0, text: 'a ' },
    { kind: 'bold', at: 2, text: 'b' },
    { kind: 'plain', at: 7, text: ' ' },
    { kind: 'code', at: 8, text: 'c' },
    { kind: 'plain', at: 11, text: ' *d*' },
  ]);
});

it('changes only the last block while an answer grows, so that the others need no drawing', () => {
  const answer = 'First.\n\n- a\n- b\n\n```js\nlet x;\n```\n\nLast words';
  let before = inertBlocks('');
  for (let length = 1; length <= answer.length; length += 1) {
    const now = inertBlocks(answer.slice(0, length));
    expect(JSON.stringify(now.slice(0, Math.max(0, before.length - 2)))).toBe(JSON.stringify(before.slice(0, Math.max(0, before.length - 2))));
    before = now;
  }
});

it('stays quick on a very long answer and on lines made to be slow', () => {
  const startedAt = performance.now();
  shown('word '.repeat(10_000));
  shown('**'.repeat(50_000));
  shown('`'.repeat(100_000));
  shown('# '.repeat(50_000));
  shown('1. x\n'.repeat(20_000));
  expect(performance.now() - startedAt).toBeLessThan(2000);
});
