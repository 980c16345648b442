import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../main/testing/test-application.ts';
import type { EngineSettings } from '../main/contract/deployments.contract.ts';
import { builtWorkers } from './lib/built-workers.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 7;

/**
 * From "create the deployment" until it is ready, against a bare process that loads the same file with node-llama-cpp and
 * makes the same context, in turn. All start a fresh process. The library
 * runs a test process of its own first, which the house's engine leaves out; so the stricter comparison leaves it out too.
 */
export async function benchDeploy(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  const test = await startTestApplication({ changes: builtWorkers() });
  try {
    const path = join(folder.path, 'model.gguf');
    await writeRandomModel(path, { architecture: 'llama', layers: 6, embedding: 512, heads: 8, headsKv: 4, feedForward: 1536, vocabulary: 8000, context: 2048, tensorType: 'F16', seed: 3 });
    const modelId = await importModel(test.client, path, 'bench');
    const versionId = (await test.client.models.get({ modelId })).versions[0]?.id ?? '';
    const { recommended, limits } = await test.client.deployments.fit({ versionId });
    const { settings } = recommended;
    const house: number[] = [];
    const raw: number[] = [];
    const library: number[] = [];
    const overhead: number[] = [];
    for (let round = 0; round <= rounds; round++) {
      const libraryMs = await rawLoadMs(path, settings, false);
      const rawMs = await rawLoadMs(path, settings, true);
      const start = performance.now();
      const { id } = await test.client.deployments.create({ name: `bench-${round}`, versionId, settings, limits, trialId: null });
      await until(async () => (await test.client.deployments.get({ deploymentId: id })).state === 'ready');
      const houseMs = performance.now() - start;
      await test.client.deployments.remove({ deploymentId: id });
      if (round === 0) continue; // warm-up
      library.push(libraryMs);
      raw.push(rawMs);
      house.push(houseMs);
      overhead.push(houseMs - rawMs);
    }
    return [
      figure({ name: 'raw node-llama-cpp: process, load, context', unit: 'ms', runs: library }),
      figure({ name: 'the same without the test process of the library', unit: 'ms', runs: raw }),
      figure({ name: 'deployment: from the call until ready', unit: 'ms', runs: house }),
      figure({ name: 'deployment overhead over the raw load without test process', unit: 'ms', runs: overhead, aim: { words: '< 150 ms', met: (median) => median < 150 } }),
    ];
  } finally {
    await test.dispose();
    folder.remove();
  }
}

/** Wall time from spawning Node until the context exists. */
async function rawLoadMs(modelPath: string, settings: EngineSettings, skipBindingTest: boolean): Promise<number> {
  const options = {
    model: modelPath,
    context: String(settings.contextSize),
    sequences: String(settings.parallelSequences),
    threads: String(settings.threads),
  };
  const argv = Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]);
  if (skipBindingTest) argv.push('--skip-binding-test');
  const start = performance.now();
  const child = spawn(process.execPath, [join(import.meta.dirname, 'lib', 'raw-load.ts'), ...argv], { stdio: ['ignore', 'pipe', 'inherit'] });
  const readyMs = await new Promise<number>((resolve, reject) => {
    child.stdout.once('data', () => resolve(performance.now() - start));
    child.once('exit', (code) => reject(new Error(`raw load ended with ${code}`)));
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await gone;
  return readyMs;
}
