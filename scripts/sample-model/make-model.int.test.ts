import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { checkArchitecture } from '../../main/engine/gguf/check-architecture.ts';
import { checkVocabulary } from '../../main/engine/gguf/check-vocabulary.ts';
import { readGgufFile } from '../../main/engine/gguf/gguf-reader.ts';
import { textOf } from '../../main/engine/gguf/metadata-values.ts';
import { temporaryFolder } from '../../main/kernel/testing/temporary-house.ts';
import { parameterCount, sampleShape } from './initial-weights.ts';
import { makeModel } from './make-model.ts';
import { modelFileName, quickRecipe, sampleRecipe } from './recipe.ts';

const folder = temporaryFolder('sample-model');
afterAll(() => folder.remove());

const making = { recipe: quickRecipe, folder: folder.path, threads: 1, checkpointSteps: 80, say: () => undefined };

describe('making the sample model, a tiny one', () => {
  it('learns, writes an F16 file this program accepts, and goes on from a checkpoint to the same weights', async () => {
    const figures = await makeModel(making);
    expect(figures.training.firstLoss).toBeGreaterThan(5);
    expect(figures.training.lastLoss).toBeLessThan(figures.training.firstLoss * 0.75);
    expect(figures.training.validationLoss).toBeLessThan(figures.training.firstLoss * 0.75);
    expect(figures.accuracy.test.count).toBe(quickRecipe.rows.test);

    const path = join(folder.path, modelFileName);
    const header = await readGgufFile(path);
    checkArchitecture([header]);
    checkVocabulary(header.metadata);
    expect(statSync(path).size).toBe(figures.sizeBytes);
    expect(textOf(header.metadata, 'general.name')).toBe('Modelward Help Desk');
    expect(header.tensors.some(({ name }) => name === 'output.weight')).toBe(false);
    expect(header.tensors.filter(({ dimensions }) => dimensions.length === 2).every(({ type }) => type.name === 'F16')).toBe(true);

    // As after a kill: the finished files are gone, the last checkpoint is there.
    for (const name of [modelFileName, 'trained-f32.gguf']) rmSync(join(folder.path, name));
    const lines: string[] = [];
    const again = await makeModel({ ...making, say: (line) => lines.push(line) });
    // Every 80 steps, and where the number of threads changed.
    expect(lines).toContainEqual(expect.stringMatching(/^goes on after step [1-9]\d*$/));
    expect(again.sha256).toBe(figures.sha256);
    expect(again.training.validationLoss).toBe(figures.training.validationLoss);
  });

  it('refuses a checkpoint of another recipe', async () => {
    await expect(makeModel({ ...making, recipe: { ...quickRecipe, seed: 2 } })).rejects.toThrow(/another recipe/);
  });

  it('has rows K-quants can use, and fits into the box', () => {
    for (const length of [sampleShape.embedding, sampleShape.feedForward]) expect(length % 256).toBe(0);
    expect(parameterCount(sampleShape, sampleRecipe.vocabularySize) * 2).toBeLessThan(8_000_000);
  });
});
