import { describe, expect, it } from 'vitest';
import { ExpectedError } from '../../kernel/errors.ts';
import { baseFileBytes, rowLengthOf } from './base-logits-file.ts';
import { scoredPositions } from './perplexity.ts';
import { addSquares } from './sum-squares.ts';
import { planWindows } from './text-windows.ts';

describe('the windows of a text', () => {
  it.each([
    [2048, 512, 0, 4, 4],
    [1535, 512, 0, 2, 4],
    [100_000, 512, 7, 7, 4],
    [9_000, 128, 0, 70, 16],
    [9_000, 640, 0, 14, 3],
    [9_000, 4096, 0, 2, 1],
  ])('%d tokens, context %d, %d asked for: %d windows, %d side by side', (tokens, contextSize, asked, chunks, sequences) => {
    expect(planWindows(tokens, { contextSize, chunks: asked })).toEqual({ contextSize, chunks, sequences });
  });

  it('are refused for a text shorter than two of them, with both numbers', () => {
    expect(() => planWindows(1023, { contextSize: 512, chunks: 1 })).toThrow(new ExpectedError('TEXT_TOO_SHORT', { tokens: 1023, needed: 1024 }));
    expect(planWindows(1024, { contextSize: 512, chunks: 0 }).chunks).toBe(2);
  });

  it('are scored in their second half, but for the last token', () => {
    expect(scoredPositions(512)).toEqual({ first: 256, count: 255 });
    expect(scoredPositions(129)).toEqual({ first: 64, count: 64 });
  });
});

describe('the file of log-probabilities', () => {
  it('is as large as is said before', () => {
    expect(rowLengthOf(512)).toBe(516);
    expect(rowLengthOf(511)).toBe(516); // padded to an even number
    expect(baseFileBytes({ contextSize: 256, vocabularySize: 512, chunks: 36 })).toBe(20 + 36 * 256 * 4 + 36 * 127 * 516 * 2);
  });
});

describe('sums of squares', () => {
  it.each([1, 3, 4, 7, 64])('of %d rows are those of a plain loop in float32, to the last bit', (rows) => {
    const columns = 13;
    const stride = 17;
    const values = Float32Array.from({ length: 5 + rows * stride }, (_, index) => Math.sin(index * 12.9898) * 43.5);
    const sums = Float32Array.from({ length: columns }, (_, index) => index / 3);
    const wanted = sums.slice();
    const one = new Float32Array(1);
    for (let row = 0; row < rows; row += 1) {
      for (let column = 0; column < columns; column += 1) {
        const value = values[5 + row * stride + column] ?? 0;
        one[0] = value * value;
        wanted[column] = (wanted[column] ?? 0) + (one[0] ?? 0);
      }
    }
    addSquares(sums, values, { start: 5, rows, stride });
    expect([...sums]).toEqual([...wanted]);
  });
});
