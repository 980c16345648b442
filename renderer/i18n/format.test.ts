import { expect, it } from 'vitest';
import { createFormatter } from './format.ts';

const en = createFormatter('en', 'UTC');
const zh = createFormatter('zh-CN', 'UTC');
const GB = 1024 ** 3;

it('writes sizes in GB with one decimal, and smaller ones in the unit that says something', () => {
  expect(en.bytes(4.1 * GB)).toBe('4.1 GB');
  expect(en.bytes(16 * GB)).toBe('16.0 GB');
  expect(en.bytes(1_185_376)).toBe('1.1 MB');
  expect(en.bytes(20 * 1024 * 1024)).toBe('20 MB');
  expect(en.bytes(4096)).toBe('4.0 KB');
  expect(zh.bytes(12)).toBe('12 字节');
  expect(en.bytes(null)).toBe('–');
});

it('writes durations in the two largest units', () => {
  expect(en.duration(130_000)).toBe('2 min 10 s');
  expect(zh.duration(130_000)).toBe('2 分 10 秒');
  expect(en.duration(120_000)).toBe('2 min');
  expect(en.duration(430)).toBe('430 ms');
  expect(en.duration(4120)).toBe('4.1 s');
  expect(en.duration(9970)).toBe('10 s');
  expect(en.duration(59_700)).toBe('1 min');
  expect(en.duration(3_661_000)).toBe('1 h 1 min');
  expect(en.duration(90_000_000)).toBe('1 d 1 h');
});

it('writes rates', () => {
  expect(en.rate(41.27, 'tokens')).toBe('41.3 tokens/s');
  expect(zh.rate(41.27, 'tokens')).toBe('41.3 词元/秒');
  expect(en.rate(1.8 * GB, 'bytes')).toBe('1.8 GB/s');
  expect(en.rate(480e6, 'bytes')).toBe('458 MB/s');
  expect(en.rate(null, 'tokens')).toBe('–');
});

it('writes parameter counts as the field does', () => {
  expect(en.count(7_615_616_512)).toBe('7.6 B');
  expect(en.count(260_032)).toBe('260 K');
  expect(zh.count(7_615_616_512)).toBe('76.2 亿');
});

it('writes dates and times of the language, on a 24-hour clock', () => {
  const timeMs = Date.UTC(2026, 10, 21, 14, 5, 9);
  expect(en.dateTime(timeMs)).toBe('21 Nov 2026, 14:05');
  expect(en.dateTimeSeconds(timeMs)).toBe('21 Nov 2026, 14:05:09');
  expect(zh.dateTime(timeMs)).toBe('2026年11月21日 14:05');
  expect([en.dayMonth(timeMs), zh.dayMonth(timeMs)]).toEqual(['21 Nov', '11月21日']);
  expect(en.time(Date.UTC(2026, 0, 1, 0, 3))).toBe('00:03');
  expect(en.ago(timeMs, timeMs + 3 * 60_000)).toBe('3 minutes ago');
  expect(zh.ago(timeMs, timeMs + 2 * 86_400_000)).toBe('前天');
});
