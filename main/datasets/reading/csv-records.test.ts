import { describe, expect, it } from 'vitest';
import { createCsvParser } from './csv-records.ts';

function parse(text: string, delimiter = ','): unknown[] {
  const parser = createCsvParser(delimiter);
  const fed = text.split('\n').flatMap((line, index) => parser.feed({ number: index + 1, text: line, tooLong: false }));
  return [...fed, ...parser.end()].map((outcome) => ('cells' in outcome ? outcome.cells : `${outcome.line} ${outcome.problem}`));
}

describe('CSV', () => {
  it.each([
    ['a,b', [['a', 'b']]],
    ['a,', [['a', '']]],
    [',', [['', '']]],
    ['"a,b",c', [['a,b', 'c']]],
    ['"say ""hi""",x', [['say "hi"', 'x']]],
    ['"two\nlines",x\ny,z', [['two\nlines', 'x'], ['y', 'z']]],
    ['"",""', [['', '']]],
    ['""', [['']]],
    ['5" screen,x', [['5" screen', 'x']]],
    ['a,"b\n\nc"', [['a', 'b\n\nc']]],
  ])('reads %j', (text, records) => {
    expect(parse(text)).toEqual(records);
  });

  it('gives up the line of a mark that is never closed, and no other', () => {
    expect(parse('a,"open\nb,c\n"d\nd",e')).toEqual(['1 open-quote', ['b', 'c'], ['d\nd', 'e']]);
    expect(parse('a,b\nc,"open\nd,e')).toEqual([['a', 'b'], '2 open-quote', ['d', 'e']]);
    expect(parse('"a"b,c\nd,e')).toEqual(['1 open-quote', ['d', 'e']]);
  });

  it('reads a hundred thousand lines after an open mark once more and not for ever', () => {
    const started = performance.now();
    const records = parse(`x,"open\n${'a,""\n'.repeat(100_000)}end,e`);
    expect(records.length).toBe(100_002);
    expect(performance.now() - started).toBeLessThan(3000);
  });

  it('stops counting the cells of a line made of delimiters', () => {
    expect(parse(','.repeat(1_000_000))).toEqual(['1 column-count']);
  });
});
