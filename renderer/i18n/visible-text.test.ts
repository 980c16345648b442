import { expect, it } from 'vitest';
import { visibleText } from './visible-text.ts';

it('writes what cannot be seen so that it can', () => {
  expect(visibleText('Dear colleague,\n\nhere')).toBe('Dear colleague,\\n\\nhere');
  expect(visibleText('a\tb\r\nc\0d\u001B[31m')).toBe('a\\tb\\r\\nc\\0d\\u001b[31m');
  expect(visibleText('model\u202Efgg.exe\u200B')).toBe('model\\u202efgg.exe\\u200b');
});

it('leaves line breaks at the end out, and ordinary text as it is', () => {
  expect(visibleText('Dear colleague,\r\n')).toBe('Dear colleague,');
  expect(visibleText('PK\uFFFD\uFFFD')).toBe('PK');
  expect(visibleText('\uFFFD\uFFFD')).toBe('\uFFFD\uFFFD');
  expect(visibleText('')).toBe('');
  expect(visibleText('内科 “A”  é 🙂 C:\\models\\a.gguf')).toBe('内科 “A”  é 🙂 C:\\models\\a.gguf');
});
