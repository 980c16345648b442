import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ExpectedError } from '../../kernel/errors.ts';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { writeGguf } from '../gguf/gguf-writer.ts';
import { openMeasureBench, pinnedText } from '../testing/measure-fixture.ts';
import { randomModelMetadata, randomModelTensors, SMALL_RANDOM_MODEL, writeRandomModel } from '../testing/random-model.ts';
import type { RandomModelArchitecture, RandomModelOptions } from '../testing/random-model.ts';
import { measureLayerInfluence } from './layer-influence.ts';

const folder = temporaryFolder('influence');
const bench = openMeasureBench();
const text = pinnedText();
const windows = { text, contextSize: 128, chunks: 3 };
afterAll(() => folder.remove());

const fourBlocks: RandomModelOptions = { ...SMALL_RANDOM_MODEL, layers: 4 };

/** A model in which some blocks add nothing to what passes through them: both of their outputs are zero. */
async function writeWithIdentities(name: string, blocks: readonly number[]): Promise<string> {
  const path = join(folder.path, name);
  const silent = new Set(blocks.flatMap((block) => [`blk.${block}.attn_output.weight`, `blk.${block}.ffn_down.weight`]));
  const tensors = randomModelTensors(fourBlocks).map((tensor) => {
    const elements = tensor.dimensions.reduce((product, length) => product * length, 1);
    return silent.has(tensor.name) ? { ...tensor, data: new Uint8Array(elements * 4) } : tensor;
  });
  await writeGguf(path, { metadata: randomModelMetadata(fourBlocks), tensors });
  return path;
}

describe('the influence of a block', () => {
  it('is nothing where it changes nothing', async () => {
    const plain = await bench.measure({ path: await writeWithIdentities('plain.gguf', []), ...windows }, measureLayerInfluence);
    expect(plain).toHaveLength(4);
    for (const influence of plain) expect(influence).toBeGreaterThan(0.05);

    const changed = await bench.measure({ path: await writeWithIdentities('identity.gguf', [2]), ...windows }, measureLayerInfluence);
    expect(Math.abs(changed[2] ?? 1)).toBeLessThan(1e-6);
    expect(changed[1]).toBeCloseTo(plain[1] ?? 0, 6); // what comes before is as it was
    expect(changed[3]).toBeGreaterThan(0.05);
  });

  it('is told of the first and the last block too', async () => {
    const found = await bench.measure({ path: await writeWithIdentities('ends.gguf', [0, 3]), ...windows }, measureLayerInfluence);
    expect(Math.abs(found[0] ?? 1)).toBeLessThan(1e-6);
    expect(Math.abs(found[3] ?? 1)).toBeLessThan(1e-6);
    expect(found[1]).toBeGreaterThan(0.05);
  });

  it('does not depend on how many windows are computed side by side', async () => {
    const path = join(folder.path, 'plain.gguf');
    const together = await bench.measure({ path, ...windows }, measureLayerInfluence);
    const single = await bench.measure({ path, ...windows }, (measurement) => measureLayerInfluence({ ...measurement, plan: { ...measurement.plan, sequences: 1 } }));
    for (const [block, influence] of together.entries()) expect(influence).toBeCloseTo(single[block] ?? 0, 4);
  });

  it.each<RandomModelArchitecture>(['qwen2', 'qwen3', 'gemma', 'phi3'])('is found in %s', async (architecture) => {
    const path = join(folder.path, `${architecture}.gguf`);
    await writeRandomModel(path, { ...SMALL_RANDOM_MODEL, architecture, layers: 3 });
    const found = await bench.measure({ path, ...windows }, measureLayerInfluence);
    expect(found).toHaveLength(3);
    for (const influence of found) expect(influence).toBeGreaterThan(0.01);
  });

  it('is refused where the graph does not show it', async () => {
    const path = join(folder.path, 'plain.gguf');
    const hidden = (model: { layerCount: number }) => ({ ...model, layerCount: 5 }); // as a model with a block that is never computed
    const measuring = bench.measure({ path, ...windows }, (measurement) => measureLayerInfluence({ ...measurement, model: { ...measurement.model, ...hidden(measurement.model) } }));
    await expect(measuring).rejects.toEqual(new ExpectedError('PRUNE_REFUSED', { reason: 'architecture', detail: 'l_out-4' }));
  });

  it('stops when it is asked to', async () => {
    const stop = new AbortController();
    const measuring = bench.measure({ path: join(folder.path, 'plain.gguf'), ...windows, chunks: 0 }, measureLayerInfluence, {
      signal: stop.signal,
      onProgress: () => stop.abort(),
    });
    await expect(measuring).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
