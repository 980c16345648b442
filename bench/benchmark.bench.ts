import { join } from 'node:path';
import { medianOf } from '../main/engine/measuring/spread.ts';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, until } from '../main/testing/test-application.ts';
import type { TestApplication } from '../main/testing/test-application.ts';
import { builtWorkers } from './lib/built-workers.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';
import { findLlamaBench } from './lib/llama-bench.ts';

const rounds = 12;
const promptTokens = 256;
const generationTokens = 48;
const repeats = 3;

/**
 * The house's benchmark job against llama-bench on the same file, the same libraries, one thread, in turn: how far the figures agree, and
 * what the job takes more (a process of its own, the serving context, the record). Left out without MODELWARD_LLAMA_TOOLS.
 */
export async function benchBenchmark(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  const tools = temporaryFolder('bench-tools');
  const peer = findLlamaBench(tools.path);
  if (peer === null) {
    process.stdout.write('benchmark: left out, MODELWARD_LLAMA_TOOLS names no folder with llama-bench\n');
    folder.remove();
    tools.remove();
    return [];
  }
  const test = await startTestApplication({ changes: builtWorkers() });
  try {
    const model = join(folder.path, 'model.gguf');
    await writeRandomModel(model, { architecture: 'llama', layers: 8, embedding: 768, heads: 12, headsKv: 4, feedForward: 2048, vocabulary: 8000, context: 4096, tensorType: 'Q8_0', seed: 5 });
    const modelId = await importModel(test.client, model, 'bench');
    const versionId = (await test.client.models.get({ modelId })).versions[0]?.id ?? '';
    const ratios = { prompt: [] as number[], generation: [] as number[] };
    const best = { prompt: [0, 0], generation: [0, 0] };
    const overheadMs: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      const askPeer = () => peer.run({ model, promptTokens, generationTokens, threads: 1, repeats, batchSize: 512 });
      // Who goes first changes, so that a machine that gets slower favours neither.
      const early = round % 2 === 0 ? await askPeer() : null;
      const house = await ofHouse(test, versionId);
      const theirs = early ?? (await askPeer());
      overheadMs.push(house.wallMs - theirs.wallMs);
      for (const [index, kind] of (['prompt', 'generation'] as const).entries()) {
        const peerSamples = theirs.entries[index]?.samples_ts ?? [];
        ratios[kind].push(house[kind].median / medianOf(peerSamples));
        best[kind] = [Math.max(best[kind][0] ?? 0, house[kind].max), Math.max(best[kind][1] ?? 0, ...peerSamples)];
      }
    }
    const within = (median: number): boolean => Math.abs(median - 1) <= 0.05;
    const bestRatio = (kind: 'prompt' | 'generation'): number[] => [(best[kind][0] ?? 0) / (best[kind][1] ?? 1)];
    return [
      figure({ name: 'benchmark: prompt speed over llama-bench’s, in turn', unit: 'ratio', runs: ratios.prompt, aim: { words: 'within 5 %', met: within } }),
      figure({ name: 'benchmark: generation speed over llama-bench’s, in turn', unit: 'ratio', runs: ratios.generation, aim: { words: 'within 5 %', met: within } }),
      figure({ name: 'benchmark: best prompt speed over llama-bench’s best', unit: 'ratio', runs: bestRatio('prompt') }),
      figure({ name: 'benchmark: best generation speed over llama-bench’s best', unit: 'ratio', runs: bestRatio('generation') }),
      figure({ name: 'benchmark: wall time over llama-bench’s', unit: 'ms', runs: overheadMs }),
    ];
  } finally {
    await test.dispose();
    folder.remove();
    tools.remove();
  }
}

async function ofHouse({ client }: TestApplication, versionId: string) {
  const startedAt = performance.now();
  const { jobId } = await client.benchmarks.start({
    subject: { kind: 'version', versionId, settings: { backend: 'cpu', gpuLayers: 0, contextSize: 512, parallelSequences: 1, threads: 1 } },
    plan: { promptSizes: [promptTokens], generationSizes: [generationTokens], streams: [], streamPromptTokens: 1, streamOutputTokens: 2, repeats, warmUp: true },
  });
  const job = await until(async () => {
    const view = await client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 300_000);
  const wallMs = performance.now() - startedAt;
  if (job.state !== 'succeeded') throw new Error(`${job.state} ${JSON.stringify(job.error)}`);
  const { rows } = await client.benchmarks.get({ benchmarkId: job.result?.objectId ?? '' });
  const speedOf = (kind: 'prompt' | 'generation') => rows.find(({ test }) => test === kind)?.tokensPerSecond ?? { median: 0, max: 0 };
  return { wallMs, prompt: speedOf('prompt'), generation: speedOf('generation') };
}
