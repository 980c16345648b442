import { describe, expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

describe('canonical JSON (RFC 8785)', () => {
  it('sorts keys by code unit, leaves no white space and drops undefined members', () => {
    expect(canonicalJson({ b: 1, a: [true, null, 'x'], Z: undefined, '10': 1, '9': 2 })).toBe('{"10":1,"9":2,"a":[true,null,"x"],"b":1}');
  });

  it('writes numbers as ECMAScript does (RFC 8785 appendix B)', () => {
    expect(canonicalJson([333333333.3333333, 1e30, 4.5, 2e-3, 1e-27, -0])).toBe('[333333333.3333333,1e+30,4.5,0.002,1e-27,0]');
  });

  it('says the same whatever the order of insertion', () => {
    expect(canonicalJson({ x: { b: 1, a: 2 }, a: 1 })).toBe(canonicalJson({ a: 1, x: { a: 2, b: 1 } }));
  });

  it('escapes as JSON.stringify does, in keys too', () => {
    const signs = Array.from({ length: 0x180 }, (_, code) => String.fromCharCode(code));
    for (const text of [...signs, 'a"b', 'a\\b', 'line\nend', '\u2028', '新名', '😀']) {
      expect(canonicalJson(text)).toBe(JSON.stringify(text));
      expect(canonicalJson({ [text]: 1 })).toBe(JSON.stringify({ [text]: 1 }));
    }
  });

  it('mends lone surrogates, so that the bytes that are hashed exist', () => {
    expect(canonicalJson('a\ud800b')).toBe(JSON.stringify('a\ufffdb'));
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, () => 1, Symbol('x'), 1n, [undefined]])('refuses what JSON cannot say: %s', (value) => {
    expect(() => canonicalJson(value)).toThrow(TypeError);
  });
});
