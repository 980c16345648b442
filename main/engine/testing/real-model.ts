import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMALL_RANDOM_MODEL, writeRandomModel } from './random-model.ts';

/** SHA-256 of stories260K.gguf (260,000 parameters, trained on TinyStories, MIT). */
export const STORIES_260K_SHA256 = '270cba1bd5109f42d03350f60406024560464db173c0e387d91f0426d3bd256d';

/**
 * The model that tests load for real: MODELWARD_TEST_MODEL, or stories260K.gguf beside the checkout, or, where neither is
 * there, a small generated one with random weights (made once, kept in the system's temporary folder).
 * `isTrained` says whether sense may be expected of what it writes.
 */
export async function realModelPath(): Promise<{ path: string; isTrained: boolean }> {
  const named = process.env['MODELWARD_TEST_MODEL'];
  if (named !== undefined && named !== '') {
    if (!existsSync(named)) throw new Error(`MODELWARD_TEST_MODEL names a file that is not there: ${named}`);
    return { path: named, isTrained: true };
  }
  const beside = join(fileURLToPath(new URL('../../../', import.meta.url)), '..', 'shared', 'models', 'stories260K.gguf');
  if (existsSync(beside)) return { path: beside, isTrained: true };
  return { path: await generatedModelPath(), isTrained: false };
}

/** The generated stand-in; raise the number in its name when what is generated changes. */
async function generatedModelPath(): Promise<string> {
  const path = join(tmpdir(), 'modelward-random-model-1.gguf');
  if (existsSync(path)) return path;
  // Test files run at the same time: each writes its own and the last rename wins, all of the same bytes.
  const own = join(tmpdir(), `modelward-random-model-1.${randomBytes(6).toString('hex')}.gguf`);
  try {
    await writeRandomModel(own, { ...SMALL_RANDOM_MODEL, name: 'Generated test model' });
    await rename(own, path);
  } finally {
    await rm(own, { force: true });
  }
  return path;
}
