import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { ImportanceMatrixFile } from '../native/importance-matrix-file.ts';
import { randomModelTensors } from './random-model.ts';
import type { RandomModelOptions } from './random-model.ts';
import { seededRandom } from './seeded-random.ts';

/** Rows of 256 and 512: K-quants really are K-quants. Two key-value heads of 64, four blocks; ten megabytes. */
export const K_QUANT_MODEL: RandomModelOptions = {
  architecture: 'llama',
  layers: 4,
  embedding: 256,
  heads: 4,
  headsKv: 2,
  feedForward: 512,
  vocabulary: 320,
  context: 512,
  tensorType: 'F32',
  seed: 11,
};

/** An importance matrix of the right shape for a random model: the same options give the same values. */
export function randomImportanceMatrix(options: RandomModelOptions): ImportanceMatrixFile {
  const random = seededRandom(5);
  const tokens = 384;
  const entries = randomModelTensors(options)
    .filter(({ name, dimensions }) => dimensions.length === 2 && name.startsWith('blk.'))
    .map(({ name, dimensions }) => ({
      name,
      sums: Float32Array.from({ length: dimensions[0] ?? 0 }, () => tokens * (0.2 + random.next())),
      counts: Float32Array.of(tokens),
    }));
  return { entries, datasets: ['a calibration text'], chunks: 3, contextSize: 128, format: 'gguf' };
}

/** Why a test beside such a tool, or with the trained model, is left out. */
export const noTools = 'llama.cpp’s own tools are not here (MODELWARD_LLAMA_TOOLS names their folder); the pinned figures stand for them';
export const noTrainedModel = 'stories260K.gguf is not beside the checkout (MODELWARD_TEST_MODEL names a file)';

/** A tool of llama.cpp in MODELWARD_LLAMA_TOOLS, of the same release, or null where none is given. */
export function llamaTool(name: string): string | null {
  const folder = process.env['MODELWARD_LLAMA_TOOLS'];
  if (folder === undefined || folder === '') return null;
  const path = join(folder, process.platform === 'win32' ? `${name}.exe` : name);
  if (!existsSync(path)) throw new Error(`MODELWARD_LLAMA_TOOLS has no ${name}`);
  return path;
}

/** Runs such a tool in a folder and throws its words where it fails. */
export function runLlamaTool(path: string, folder: string, parameters: readonly string[]): void {
  const { status, stderr } = spawnSync(path, parameters, { cwd: folder, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr.slice(-2000));
}
