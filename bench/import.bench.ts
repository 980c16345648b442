import { createHash } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { readThrough } from '../main/kernel/hash-files.ts';
import { importModel, startTestApplication } from '../main/testing/test-application.ts';
import { builtWorkers } from './lib/built-workers.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 5;

/**
 * Import against plain SHA-256 of the same file, in turn. "Hashing step" is what the import process does per byte (read,
 * hash, report); the whole import adds the processes, the header checks and the trial load, which cost the same whatever
 * the size: the larger the file, the closer it comes.
 */
export async function benchImport(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  try {
    const path = join(folder.path, 'large.gguf');
    await writeRandomModel(path, {
      architecture: 'llama',
      layers: 8,
      embedding: 2048,
      heads: 16,
      headsKv: 4,
      feedForward: 8192,
      vocabulary: 32_000,
      context: 2048,
      tensorType: 'F16',
      seed: 7,
    });
    const { size } = await stat(path);
    const megabytes = size / 1_000_000;
    const plain: number[] = [];
    const step: number[] = [];
    const ratio: number[] = [];
    await plainSha256(path); // into the page cache
    for (let round = 0; round < rounds; round++) {
      const plainRate = megabytes / (await seconds(() => plainSha256(path)));
      const stepRate = megabytes / (await seconds(() => readThrough({ path, signal: new AbortController().signal, copyTo: null, onProgress: () => undefined })));
      plain.push(plainRate);
      step.push(stepRate);
      ratio.push(stepRate / plainRate);
    }
    const whole: number[] = [];
    for (let round = 0; round < 3; round++) {
      const test = await startTestApplication({ changes: builtWorkers() });
      whole.push(await seconds(() => importModel(test.client, path, 'large')));
      await test.dispose();
    }
    return [
      figure({ name: `plain SHA-256, ${Math.round(megabytes)} MB file`, unit: 'MB/s', runs: plain }),
      figure({ name: 'import, hashing step', unit: 'MB/s', runs: step }),
      figure({ name: 'import, hashing step against plain SHA-256', unit: '×', runs: ratio, aim: { words: '≥ 0.9', met: (median) => median >= 0.9 } }),
      figure({ name: 'import, everything (checks, hash, trial load, registration)', unit: 's', runs: whole }),
    ];
  } finally {
    folder.remove();
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The fastest simple way: 4 MiB at a time, nothing else. */
async function plainSha256(path: string): Promise<string> {
  const file = await open(path, 'r');
  try {
    const hash = createHash('sha256');
    const buffer = Buffer.allocUnsafe(4 * 1024 * 1024);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}
