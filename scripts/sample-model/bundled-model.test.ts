import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readGgufFile } from '../../main/engine/gguf/gguf-reader.ts';
import { textOf } from '../../main/engine/gguf/metadata-values.ts';
import { rootFolder } from '../build/root.ts';
import type { ModelFigures } from './make-model.ts';
import { modelCard } from './model-card.ts';
import { modelFileName, modelWords, sampleRecipe } from './recipe.ts';

const folder = join(rootFolder, 'resources', 'models');
const largestBytes = 8_000_000;

describe('the model in the box', () => {
  const bytes = readFileSync(join(folder, modelFileName));
  const figures = JSON.parse(readFileSync(join(folder, modelFileName.replace('-f16.gguf', '.json')), 'utf8')) as ModelFigures;

  it('is the file its figures are about, and small', () => {
    expect(figures.file).toBe(modelFileName);
    expect(figures.sizeBytes).toBe(bytes.length);
    expect(figures.sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
    expect(bytes.length).toBeLessThan(largestBytes);
  });

  it('came from the recipe in the repository', async () => {
    expect(figures.recipe).toEqual(sampleRecipe);
    const { metadata } = await readGgufFile(join(folder, modelFileName));
    expect(textOf(metadata, 'general.name')).toBe(modelWords.name);
    expect(textOf(metadata, 'tokenizer.chat_template')).toContain('<|im_start|>');
  });

  it('has a card with its own figures', () => {
    expect(readFileSync(join(folder, 'README.md'), 'utf8').replaceAll('\r\n', '\n')).toBe(modelCard(figures));
  });
});
