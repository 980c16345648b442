import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../main/testing/test-application.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 7;

/**
 * From "create the deployment" until it is ready, against a bare process that loads the same file with node-llama-cpp and
 * makes the same context, in turn. Both start a fresh process.
 */
export async function benchDeploy(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  const test = await startTestApplication();
  try {
    const path = join(folder.path, 'model.gguf');
    await writeRandomModel(path, { architecture: 'llama', layers: 6, embedding: 512, heads: 8, headsKv: 4, feedForward: 1536, vocabulary: 8000, context: 2048, tensorType: 'F16', seed: 3 });
    const modelId = await importModel(test.client, path, 'bench');
    const versionId = (await test.client.models.get({ modelId })).versions[0]?.id ?? '';
    const { recommended, limits } = await test.client.deployments.fit({ versionId });
    const { settings } = recommended;
    const house: number[] = [];
    const raw: number[] = [];
    const overhead: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const rawMs = await rawLoadMs(path, settings);
      const start = performance.now();
      const { id } = await test.client.deployments.create({ name: `bench-${round}`, versionId, settings, limits, trialId: null });
      await until(async () => (await test.client.deployments.get({ deploymentId: id })).state === 'ready');
      const houseMs = performance.now() - start;
      await test.client.deployments.remove({ deploymentId: id });
      if (round === 0) continue; // warm-up
      raw.push(rawMs);
      house.push(houseMs);
      overhead.push(houseMs - rawMs);
    }
    return [
      figure({ name: 'raw node-llama-cpp: process, load, context', unit: 'ms', runs: raw }),
      figure({ name: 'deployment: from the call until ready', unit: 'ms', runs: house }),
      figure({ name: 'deployment overhead over the raw load', unit: 'ms', runs: overhead, aim: { words: '< 150 ms', met: (median) => median < 150 } }),
    ];
  } finally {
    await test.dispose();
    folder.remove();
  }
}

/** Wall time from spawning Node until the context exists. */
async function rawLoadMs(modelPath: string, { contextSize, parallelSequences, threads }: { contextSize: number; parallelSequences: number; threads: number }): Promise<number> {
  const code = `
    import { getLlama } from 'node-llama-cpp';
    const llama = await getLlama({ gpu: false, build: 'never', maxThreads: ${threads}, logLevel: 'error' });
    const model = await llama.loadModel({ modelPath: ${JSON.stringify(modelPath)} });
    await model.createContext({ contextSize: ${contextSize}, sequences: ${parallelSequences}, threads: ${threads} });
    process.stdout.write('ready');`;
  const start = performance.now();
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code], { stdio: ['ignore', 'pipe', 'inherit'], cwd: join(import.meta.dirname, '..') });
  const readyMs = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve(performance.now() - start));
    child.once('exit', (code) => reject(new Error(`raw load ended with ${code}`)));
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
  return readyMs;
}
