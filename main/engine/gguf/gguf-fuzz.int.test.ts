import { fork } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawArray, rawFile, rawKey, rawTensor, text, u32, u64 } from '../testing/gguf-bytes.ts';
import type { FuzzOrder, FuzzProgress, FuzzReport } from '../testing/gguf-fuzz-child.ts';

const CHILD = fileURLToPath(new URL('../testing/gguf-fuzz-child.ts', import.meta.url));
const isNightly = process.env['MODELWARD_NIGHTLY'] === '1';
const MUTANT_COUNT = Number(process.env['MODELWARD_FUZZ_COUNT'] ?? (isNightly ? 20_000 : 1_000));
const SEED = Number(process.env['MODELWARD_FUZZ_SEED'] ?? 20_261_121);
const LIMIT_MS = 1_000;
/** Of processor time, for files as large as the limits: what grows with the square of anything takes minutes. Machines differ by more than two. */
const HEAVY_LIMIT_MS = 3_000;
const LIMIT_RSS_BYTES = 256 * 1024 * 1024;
/** Without a word for so long the child counts as hung. */
const SILENCE_MS = 20_000;
const MIB = 1024 * 1024;

/** Runs an order in a fresh process and fails when that process dies, hangs or leaves without a report. */
function runChild(order: FuzzOrder): Promise<FuzzReport> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, { stdio: ['ignore', 'ignore', 'pipe', 'ipc'], execArgv: ['--no-warnings'] });
    let report: FuzzReport | null = null;
    let errors = '';
    let examined = 0;
    const onSilence = (): void => {
      child.kill('SIGKILL');
      reject(new Error(`the reader hung after mutant ${String(examined)}`));
    };
    let timer = setTimeout(onSilence, SILENCE_MS);
    child.stderr?.on('data', (data: Buffer) => {
      errors += data.toString('utf8');
    });
    child.on('message', (message: FuzzReport | FuzzProgress) => {
      clearTimeout(timer);
      timer = setTimeout(onSilence, SILENCE_MS);
      if (message.kind === 'report') report = message;
      else examined = message.examined;
    });
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      clearTimeout(timer);
      if (report !== null) resolve(report);
      else reject(new Error(`the reader's process ended (${String(code)} ${String(signal)}) ${errors}`));
    });
    child.send(order);
  });
}

describe('reader under damaged headers', () => {
  it(`reads or refuses ${String(MUTANT_COUNT)} mutants, none slow, none hungry`, { timeout: 600_000 }, async () => {
    const report = await runChild({ kind: 'mutants', seed: SEED, count: MUTANT_COUNT });
    console.info('mutants', report);
    expect(report.faults).toEqual([]);
    expect(report.examined).toBe(MUTANT_COUNT);
    expect(report.slowestMs).toBeLessThan(LIMIT_MS);
    expect(report.peakRssBytes).toBeLessThan(LIMIT_RSS_BYTES);
    // Damage that reaches many rules, and damage that hits nothing that matters.
    expect(Object.keys(report.refusedByRule).length).toBeGreaterThan(15);
    expect(report.accepted).toBeGreaterThan(0);
  });
});

/** Well-formed files as large as the limits allow: the worst that can be asked for within the rules. */
function heavyFiles(): { name: string; bytes: () => Buffer }[] {
  const keys = (count: number, value: Buffer): Buffer[] =>
    Array.from({ length: count }, (_, index) => rawKey(`key.${String(index)}`, 'string', text(value)));
  const emptyStrings = (key: string): Buffer =>
    rawArray(key, 'string', { elements: Buffer.alloc(2 * MIB * 8), length: 2 * MIB });
  return [
    { name: '65,536 strings of wide characters', bytes: () => rawFile({ keys: keys(65_536, Buffer.from('病'.repeat(330))) }) },
    { name: '8 million empty strings', bytes: () => rawFile({ keys: ['a', 'b', 'c'].map(emptyStrings) }) },
    {
      name: '2 million different tokens',
      bytes: () => {
        const elements = Buffer.alloc(2 * MIB * 14);
        for (let index = 0; index < 2 * MIB; index += 1) {
          elements.writeUInt32LE(6, index * 14);
          elements.write(index.toString(36).padStart(6, '.'), index * 14 + 8, 'latin1');
        }
        return rawFile({ keys: [rawArray('tokenizer.ggml.tokens', 'string', { elements, length: 2 * MIB })] });
      },
    },
    { name: '63 MiB of booleans', bytes: () => rawFile({ keys: [rawArray('a', 'bool', { elements: Buffer.alloc(63 * MIB, 1), length: 63 * MIB })] }) },
    { name: 'one string of 63 MiB', bytes: () => rawFile({ keys: [rawKey('a', 'string', text(Buffer.alloc(63 * MIB, 0x41)))] }) },
    {
      name: '65,536 arrays of bytes',
      bytes: () =>
        rawFile({
          keys: Array.from({ length: 65_536 }, (_, index) =>
            rawArray(`key.${String(index)}`, 'int8', { elements: Buffer.alloc(900, 5), length: 900 }),
          ),
        }),
    },
    {
      name: '65,536 keys of 900 characters',
      bytes: () => rawFile({ keys: Array.from({ length: 65_536 }, (_, index) => rawKey(String(index).padStart(900, 'k'), 'uint32', u32(index))) }),
    },
    {
      name: '65,536 tensors',
      bytes: () =>
        rawFile({
          tensors: Array.from({ length: 65_536 }, (_, index) => rawTensor({ name: `blk.${String(index)}.attn_q.weight`, dimensions: [8], offset: u64(index * 32).readBigUInt64LE(0) })),
          dataBytes: 65_536 * 32,
        }),
    },
  ];
}

describe('reader under files as large as the limits', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-gguf-heavy-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it.each(heavyFiles())('$name: under three seconds of processor time and under 256 MB', { timeout: 60_000 }, async ({ name, bytes }) => {
    const path = join(folder, 'heavy.gguf');
    await writeFile(path, bytes());
    const report = await runChild({ kind: 'files', paths: [path] });
    console.info(name, `${report.slowestMs.toFixed(0)} ms`, `${(report.peakRssBytes / MIB).toFixed(0)} MiB`, report.refusedByRule);
    expect(report.faults).toEqual([]);
    expect(report.slowestMs).toBeLessThan(HEAVY_LIMIT_MS);
    expect(report.peakRssBytes).toBeLessThan(LIMIT_RSS_BYTES);
    // Well-formed: what refuses it is the model behind, never the container.
    expect(Object.keys(report.refusedByRule)).toEqual(['missing-key']);
  });
});
