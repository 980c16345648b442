import { describe, expect, it } from 'vitest';
import type { EngineSettings } from '../../contract/deployments.contract.ts';
import { factsOf8B, randomFacts } from './testing/model-facts-fixture.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { modelShapeOf } from './model-shape.ts';
import { cellsPerSequence, maxGpuLayersOf, predictMemory } from './predict-memory.ts';

const MIB = 1024 ** 2;
const onCpu: EngineSettings = { backend: 'cpu', gpuLayers: 0, contextSize: 4096, parallelSequences: 1, threads: 4 };
const onGpu: EngineSettings = { ...onCpu, backend: 'vulkan' };

describe('the KV cache', () => {
  it('is what llama.cpp allocates for Llama 3.1 8B: 128 KiB a token', () => {
    expect(predictMemory(factsOf8B(), onCpu).kvRamBytes).toBe(4096 * 32 * 8 * (128 + 128) * 2);
    expect(predictMemory(factsOf8B(), onCpu).kvRamBytes).toBe(512 * MIB);
  });
  it('is there once for each sequence, in whole steps of 256 cells', () => {
    expect(predictMemory(factsOf8B(), { ...onCpu, parallelSequences: 4 }).kvRamBytes).toBe(4 * 512 * MIB);
    expect(cellsPerSequence({ ...onCpu, contextSize: 4097 })).toBe(4352);
    expect(cellsPerSequence({ ...onCpu, contextSize: 100, parallelSequences: 3 })).toBe(256);
  });
  it('keeps only window and batch in layers with a sliding window', () => {
    // Gemma 3: five of six layers slide. 26 layers: 22 slide, 4 see everything.
    const gemma3 = factsOf8B({ architecture: 'gemma3', layerCount: 26, slidingWindow: 512, headCountKv: 1, keyLength: 256, valueLength: 256 });
    const cellBytes = 2 * (256 + 256);
    expect(predictMemory(gemma3, { ...onCpu, contextSize: 32_768 }).kvRamBytes).toBe(cellBytes * (22 * 1280 + 4 * 32_768));
  });
  it('stores keys only for latent attention (DeepSeek)', () => {
    const key = (name: string, text: string) => ({ key: `deepseek2.attention.${name}`, type: 'uint32', text, byteLength: 4 });
    const latent = factsOf8B({
      architecture: 'deepseek2', headCountKv: 1, keyLength: 576, valueLength: 512, metadata: [key('key_length_mla', '192'), key('value_length_mla', '128')],
    });
    expect(predictMemory(latent, onCpu).kvRamBytes).toBe(4096 * 32 * 576 * 2);
  });
  it('is a state of fixed size in recurrent layers, whatever the context', () => {
    const mamba = factsOf8B({
      architecture: 'mamba',
      layerCount: 48,
      recurrentLayerCount: 48,
      kvHeadCountPerLayer: Array.from({ length: 48 }, () => 0),
      metadata: Object.entries({ conv_kernel: 4, inner_size: 3072, state_size: 16 }).map(([name, value]) => ({ key: `mamba.ssm.${name}`, type: 'uint32', text: String(value), byteLength: 4 })),
    });
    // Mamba 1 has no groups: 3 × 3072 for the convolution, 16 × 3072 for the state, in F32.
    expect(predictMemory(mamba, onCpu).kvRamBytes).toBe(48 * 4 * (3 * 3072 + 16 * 3072));
    expect(predictMemory(mamba, { ...onCpu, contextSize: 65_536 }).kvRamBytes).toBe(predictMemory(mamba, onCpu).kvRamBytes);
  });
});

describe('layers on a GPU', () => {
  const facts = factsOf8B();
  it('are counted from the end, the output layer first', () => {
    const one = predictMemory(facts, { ...onGpu, gpuLayers: 1 });
    expect(one.kvVramBytes).toBe(0);
    expect(one.weightsVramBytes).toBeCloseTo(modelShapeOf(facts).outputBytes, -1);
    const three = predictMemory(facts, { ...onGpu, gpuLayers: 3 });
    expect(three.weightsVramBytes - one.weightsVramBytes).toBe(2 * 125_000_000);
    expect(three.kvVramBytes).toBe(2 * 16 * MIB);
  });
  it('leave only the token table in RAM when all are there', () => {
    const all = predictMemory(facts, { ...onGpu, gpuLayers: maxGpuLayersOf(facts) });
    expect(all.kvRamBytes).toBe(0);
    expect(all.weightsRamBytes).toBeCloseTo(modelShapeOf(facts).tokenEmbeddingBytes, -1);
    expect(all.weightsRamBytes + all.weightsVramBytes).toBeCloseTo(facts.weightsBytes, -1);
  });
  it('have the token table twice where it is the output layer too', () => {
    const tied = factsOf8B({ nonLayerWeightsBytes: 431_000_000 });
    expect(modelShapeOf(tied).outputIsTokenEmbedding).toBe(true);
    const all = predictMemory(tied, { ...onGpu, gpuLayers: 33 });
    expect(all.weightsRamBytes + all.weightsVramBytes).toBe(tied.weightsBytes + 431_000_000);
  });
  it('are none on the CPU, whatever the number says', () => {
    expect(predictMemory(facts, { ...onCpu, gpuLayers: 20 })).toEqual(predictMemory(facts, onCpu));
    expect(predictMemory(facts, onCpu).totalVramBytes).toBe(0);
  });
});

describe('output matrix and token table', () => {
  it('are told apart by size: Q6_K output, Q4_K table', () => {
    const shape = modelShapeOf(factsOf8B());
    expect(shape.outputIsTokenEmbedding).toBe(false);
    expect(shape.outputBytes).toBeCloseTo((128_256 * 4096 * 6.5625) / 8, -3);
  });
});

describe('for any model', () => {
  const random = seededRandom(11);
  const cases = Array.from({ length: 300 }, () => {
    const facts = randomFacts(random);
    const settings: EngineSettings = {
      backend: random.pick(['cpu', 'cuda', 'vulkan', 'metal']),
      gpuLayers: random.below(maxGpuLayersOf(facts) + 3),
      contextSize: 64 + random.below(40_000),
      parallelSequences: 1 + random.below(8),
      threads: 4,
    };
    return { facts, settings };
  });

  it('all figures are whole, not negative, and add up', () => {
    for (const { facts, settings } of cases) {
      const prediction = predictMemory(facts, settings);
      for (const bytes of Object.values(prediction)) expect(Number.isSafeInteger(bytes) && bytes >= 0).toBe(true);
      expect(Math.abs(prediction.weightsRamBytes + prediction.kvRamBytes + prediction.computeRamBytes - prediction.totalRamBytes)).toBeLessThan(4);
      expect(Math.abs(prediction.weightsVramBytes + prediction.kvVramBytes + prediction.computeVramBytes - prediction.totalVramBytes)).toBeLessThan(4);
    }
  });

  it('more context or more sequences never need less', () => {
    for (const { facts, settings } of cases) {
      const now = predictMemory(facts, settings);
      for (const more of [{ contextSize: settings.contextSize + 1 + random.below(5000) }, { parallelSequences: settings.parallelSequences + 1 }]) {
        const then = predictMemory(facts, { ...settings, ...more });
        expect(then.totalRamBytes).toBeGreaterThanOrEqual(now.totalRamBytes);
        expect(then.totalVramBytes).toBeGreaterThanOrEqual(now.totalVramBytes);
      }
    }
  });

  it('one more layer on the GPU never needs more RAM nor less memory for weights and cache there', () => {
    for (const { facts, settings } of cases) {
      if (settings.gpuLayers >= maxGpuLayersOf(facts)) continue;
      const now = predictMemory(facts, settings);
      const then = predictMemory(facts, { ...settings, gpuLayers: settings.gpuLayers + 1 });
      expect(then.totalRamBytes).toBeLessThanOrEqual(now.totalRamBytes + 1);
      expect(then.weightsVramBytes + then.kvVramBytes).toBeGreaterThanOrEqual(now.weightsVramBytes + now.kvVramBytes);
    }
  });

  it('no layer is lost: weights lie somewhere, at most the token table twice', () => {
    for (const { facts, settings } of cases) {
      const { weightsRamBytes, weightsVramBytes } = predictMemory(facts, settings);
      expect(weightsRamBytes + weightsVramBytes).toBeGreaterThanOrEqual(facts.weightsBytes - 1);
      expect(weightsRamBytes + weightsVramBytes).toBeLessThanOrEqual(facts.weightsBytes + facts.nonLayerWeightsBytes + 2);
    }
  });
});
