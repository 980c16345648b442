import { describe, expect, it } from 'vitest';
import { csvLine, parseCsv } from '../kernel/csv.ts';
import { readBaseline } from './read-baseline.ts';

/** As llama-bench of the same release prints it (shortened; the numbers are from a real run). */
const llamaBenchEntry = {
  build_commit: '80fb11a', build_number: 1, cpu_info: 'AMD EPYC', gpu_info: '', backends: 'CPU', model_filename: '/srv/models/Llama-3.2-1B-Q8_0.gguf', model_type: 'llama 1B Q8_0',
  model_size: 66585600, model_n_params: 62632704, n_batch: 512, n_ubatch: 512, n_threads: 1, type_k: 'f16', type_v: 'f16', n_gpu_layers: -1, flash_attn: -1,
  n_prompt: 64, n_gen: 0, n_depth: 0, test_time: '2026-11-21T09:43:55Z', avg_ns: 62061756, stddev_ns: 211552, avg_ts: 1031.236858, stddev_ts: 3.510339, samples_ns: [62211139, 61912374], samples_ts: [1028.75, 1033.72],
};
const generation = { ...llamaBenchEntry, n_prompt: 0, n_gen: 16, avg_ts: 315.587809, stddev_ts: 15.500229, samples_ts: [326.548, 304.627] };

const codeOf = (text: string): unknown => {
  try {
    return readBaseline(text);
  } catch (error) {
    return (error as { data: { reason: string } }).data.reason;
  }
};

describe('llama-bench’s own output', () => {
  it('is read from JSON with every sample, one benchmark for what was measured alike', () => {
    const { format, benchmarks, skipped } = readBaseline(JSON.stringify([llamaBenchEntry, generation]));
    expect([format, skipped, benchmarks.length]).toEqual(['llama-bench', [], 1]);
    expect(benchmarks[0]).toMatchObject({
      label: 'Llama-3.2-1B-Q8_0',
      model: { name: 'Llama-3.2-1B-Q8_0', quantization: 'llama 1B Q8_0', sizeBytes: 66585600, parameterCount: 62632704, sha256: null, modelId: null },
      engine: { release: '80fb11a', backend: 'CPU', driver: null },
      rows: [
        { test: 'prompt', promptTokens: 64, outputTokens: 0, streams: 1, tokensPerSecond: { count: 2, min: 1028.75, max: 1033.72 } },
        { test: 'generation', promptTokens: 0, outputTokens: 16, tokensPerSecond: { count: 2 } },
      ],
    });
    expect(benchmarks[0]?.rows[0]?.tokensPerSecond.deviation).toBeCloseTo(3.514, 2);
  });

  it('is read from CSV as well', () => {
    const names = Object.keys(llamaBenchEntry).filter((name) => !name.startsWith('samples'));
    const line = (entry: Record<string, unknown>): string => names.map((name) => `"${String(entry[name])}"`).join(',');
    const { format, benchmarks } = readBaseline([names.join(','), line(llamaBenchEntry), line(generation), ''].join('\n'));
    expect(format).toBe('llama-bench');
    expect(benchmarks[0]?.rows.map(({ test, tokensPerSecond }) => [test, tokensPerSecond.mean, tokensPerSecond.deviation])).toEqual([
      ['prompt', 1031.236858, 3.510339],
      ['generation', 315.587809, 15.500229],
    ]);
  });

  it('keeps other settings apart, and leaves out what cannot be compared, with its number', () => {
    const { benchmarks, skipped } = readBaseline(
      JSON.stringify([llamaBenchEntry, { ...llamaBenchEntry, n_threads: 2 }, { ...generation, n_depth: 512 }, { ...llamaBenchEntry, n_gen: 16 }, { ...llamaBenchEntry, avg_ts: 0, samples_ts: [] }, { ...llamaBenchEntry, avg_ts: null }, 'text', null]),
    );
    expect(benchmarks).toHaveLength(2);
    expect(skipped).toEqual([
      { at: 3, reason: 'unknown-test' },
      { at: 4, reason: 'unknown-test' },
      { at: 5, reason: 'no-speed' },
      { at: 6, reason: 'no-speed' },
      { at: 7, reason: 'unknown-test' },
      { at: 8, reason: 'unknown-test' },
    ]);
  });
});

describe('a table somebody typed', () => {
  it('is understood with the usual words and signs', () => {
    const { format, benchmarks, skipped } = readBaseline('\uFEFFModel, Test, t/s\r\nQwen 4B Q4_K_M, pp512, 57.28 ± 1.20\r\nQwen 4B Q4_K_M, tg128, 9.5\r\n\r\n"Phi, 3",pp 16,1e2\r\n');
    expect([format, skipped]).toEqual(['csv', []]);
    expect(benchmarks.map(({ model, rows }) => [model.name, rows.map(({ test, tokensPerSecond }) => [test, tokensPerSecond.mean, tokensPerSecond.deviation])])).toEqual([
      ['Qwen 4B Q4_K_M', [['prompt', 57.28, 1.2], ['generation', 9.5, 0]]],
      ['Phi, 3', [['prompt', 100, 0]]],
    ]);
  });

  it('may have decimal commas where semicolons separate', () => {
    const { benchmarks } = readBaseline('model;prompt_tokens;tokens_per_second\nA;512;57,5\n');
    expect(benchmarks[0]?.rows[0]?.tokensPerSecond.mean).toBe(57.5);
  });

  it('loses the rows that say nothing usable, each with its line and reason', () => {
    const lines = ['model,test,tokens_per_second', 'A,pp512,NaN', 'A,pp512,-5', 'A,pp512,Infinity', 'A,pp512,1e999', 'A,pp512,', 'A,xx,5', 'A,pp99999999999,5', 'A,pp512,=1+1', 'A,pp512,5'];
    const { benchmarks, skipped } = readBaseline(lines.join('\n'));
    expect(benchmarks[0]?.rows).toHaveLength(1);
    expect(skipped.map(({ at, reason }) => `${at} ${reason}`)).toEqual(['2 not-a-number', '3 not-a-number', '4 not-a-number', '5 not-a-number', '6 no-speed', '7 unknown-test', '8 not-a-number', '9 not-a-number']);
  });

  it.each([
    ['', 'no-header'],
    ['1,2,3\n4,5,6', 'no-header'],
    ['model,test,tokens_per_second\n', 'no-rows'],
    ['model,test\nA,pp512', 'missing-columns'],
    ['Dear colleague, here are the figures', 'missing-columns'],
    ['[{"a":', 'not-json'],
    ['[]', 'no-rows'],
    ['{"figures": 5}', 'missing-columns'],
    ['['.repeat(200_000), 'not-json'],
  ])('is refused with what is missing: %.40s', (text, reason) => {
    expect(codeOf(text)).toBe(reason);
  });
});

describe('hostile text', () => {
  it('neither hides its direction, nor breaks lines, nor leaks a path, nor grows without end', () => {
    const rows = Array.from({ length: 5000 }, (_, index) => `"C:\\Users\\ada\\secret\\m\u202E\u0000${'x'.repeat(500)}.gguf",pp${index + 1},5`);
    const { benchmarks, skipped } = readBaseline(['model,test,tokens_per_second', ...rows].join('\n'));
    expect(benchmarks[0]?.model.name).toMatch(/^m x{118}$/);
    expect(benchmarks[0]?.rows).toHaveLength(2000);
    expect([skipped.length, skipped[0]?.reason]).toEqual([200, 'too-many']);
  });

  it('cannot reach the prototype of anything', () => {
    const { benchmarks } = readBaseline(`[{"__proto__": {"polluted": 1}, "n_prompt": 5, "avg_ts": 3}]`);
    expect(benchmarks[0]?.rows).toHaveLength(1);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('CSV', () => {
  it('comes back as it was written, quotes, commas and lines in cells', () => {
    const cells = ['plain', 'a "quoted" word', 'one, two', 'two\nlines', ''];
    const { header, rows } = parseCsv(`${csvLine(cells)}\r\n${csvLine(cells)}\r\n`, 10);
    expect([header, rows]).toEqual([cells, [{ at: 3, cells }]]);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', ' =1'])('has no cell that a spreadsheet computes: %j', (text) => {
    expect(csvLine([text]).replaceAll('"', '')).toMatch(/^'/);
  });

  it('leaves numbers numbers', () => {
    expect(csvLine([-1.5, null, 'a'])).toBe('-1.5,,a');
  });
});
