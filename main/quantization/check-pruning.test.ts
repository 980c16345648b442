import { describe, expect, it } from 'vitest';
import type { ModelFacts } from '../contract/models.contract.ts';
import { checkLayers, checkPrunable } from './check-pruning.ts';

const facts = (changes: Partial<ModelFacts>): ModelFacts => ({ architecture: 'llama', recurrentLayerCount: 0, metadata: [], ...changes }) as ModelFacts;
const array = (key: string): ModelFacts['metadata'][number] => ({ key, type: 'int32[]', text: '', byteLength: 0 });

describe('models whose blocks are not alike', () => {
  it.each(['gemma2', 'gemma3', 'deepseek2', 't5', 'jamba', 'minicpm', 'phi3', 'smollm3', 'llama4', 'an architecture of tomorrow'])('%s is not pruned', (architecture) => {
    expect(() => checkPrunable(facts({ architecture }))).toThrow(/architecture/);
  });
  it.each(['llama', 'qwen2', 'qwen3moe', 'mistral3'])('%s is', (architecture) => {
    expect(() => checkPrunable(facts({ architecture }))).not.toThrow();
  });
  it('one value for each block keeps a model whole', () => {
    expect(() => checkPrunable(facts({ metadata: [array('llama.attention.head_count_kv')] }))).toThrow(/head_count_kv/);
    expect(() => checkPrunable(facts({ architecture: 'qwen2vl', metadata: [array('qwen2vl.rope.dimension_sections'), array('tokenizer.ggml.tokens')] }))).not.toThrow();
  });
});

describe('blocks to leave out', () => {
  it.each([
    [[0], /first-or-last/],
    [[1, 5], /first-or-last/],
    [[6], /unknown-layer.*6/],
  ])('%j are refused of six', (layers, words) => expect(() => checkLayers(layers, 6)).toThrow(words));
  it('may be all the inner ones, and no more than there are', () => {
    expect(() => checkLayers([1, 2, 3, 4], 6)).not.toThrow();
    expect(() => checkLayers([1], 2)).toThrow(/first-or-last/);
  });
});
