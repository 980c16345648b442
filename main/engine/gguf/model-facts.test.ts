import { describe, expect, it } from 'vitest';
import { encodeTinyModel, TINY_MODEL } from '../testing/crafted-gguf.ts';
import { realModelPath } from '../testing/real-model.ts';
import { bufferSource } from './byte-source.ts';
import { chatTemplateFamilyOf } from './chat-template-family.ts';
import { readGguf, readGgufFile } from './gguf-reader.ts';
import type { GgufMetadataToWrite } from './gguf-writer.ts';
import { type ModelFacts, modelFactsOf } from './model-facts.ts';

async function factsWith(...metadata: GgufMetadataToWrite[]): Promise<ModelFacts> {
  return modelFactsOf([await readGguf(bufferSource(encodeTinyModel({ options: { metadata } })))]);
}

function u32(key: string, value: number): GgufMetadataToWrite {
  return { key, type: 'uint32', value };
}

function u32s(key: string, value: number[]): GgufMetadataToWrite {
  return { key, type: 'array', elementType: 'uint32', value };
}

function string(key: string, value: string): GgufMetadataToWrite {
  return { key, type: 'string', value };
}

describe('facts of a real model', () => {
  it('are those of its model card', async () => {
    const { path, isTrained } = await realModelPath();
    const facts = modelFactsOf([await readGgufFile(path)]);
    expect(facts).toMatchObject({ architecture: 'llama', quantization: 'F32', purpose: 'text-generation', isMoe: false });
    expect(facts.weightsBytes).toBe(facts.parameterCount * 4);
    if (!isTrained || process.env['MODELWARD_TEST_MODEL'] !== undefined) return;
    expect(facts).toMatchObject({
      parameterCount: 292_800,
      contextLength: 2048,
      embeddingLength: 64,
      layerCount: 5,
      headCount: 8,
      headCountKv: 4,
      keyLength: 8,
      feedForwardLength: 172,
      vocabularySize: 512,
      tokenizerModel: 'llama',
      kvHeadCountPerLayer: [4, 4, 4, 4, 4],
      chatTemplate: { present: false, lengthBytes: 0, family: null, text: null },
    });
  });
});

describe('facts of generated models', () => {
  it('say what was asked for', async () => {
    const facts = await factsWith(string('general.organization', 'Ward 7'));
    expect(facts).toMatchObject({
      name: 'Random llama',
      organization: 'Ward 7',
      licence: 'apache-2.0',
      languages: ['en'],
      contextLength: TINY_MODEL.context,
      vocabularySize: TINY_MODEL.vocabulary,
      keyLength: 16,
      valueLength: 16,
      expertCount: null,
      slidingWindow: null,
      recurrentLayerCount: 0,
      chatTemplate: { present: true, family: 'chatml' },
    });
    expect(facts.layerWeightsBytes).toHaveLength(1);
    expect(facts.weightsBytes).toBe((facts.layerWeightsBytes[0] ?? 0) + facts.nonLayerWeightsBytes);
    expect(facts.tensorTypes).toEqual([{ type: 'F32', count: 12, bytes: facts.weightsBytes }]);
    expect(facts.metadata.find((entry) => entry.key === 'llama.block_count')).toEqual({
      key: 'llama.block_count',
      type: 'uint32',
      text: '1',
      byteLength: 4,
    });
  });

  it('take llama.cpp’s defaults where keys are missing', async () => {
    const bytes = encodeTinyModel({ without: ['llama.attention.head_count_kv'] });
    const facts = modelFactsOf([await readGguf(bufferSource(bytes))]);
    expect(facts).toMatchObject({ headCountKv: 2, kvHeadCountPerLayer: [2] });
  });

  it('follow values given per layer', async () => {
    const facts = await factsWith(
      u32('llama.block_count', 3),
      u32s('llama.attention.head_count', [2, 0, 4]),
      u32s('llama.attention.head_count_kv', [1, 0, 2]),
      u32s('llama.feed_forward_length', [32, 64, 16]),
    );
    expect(facts).toMatchObject({ headCount: 4, headCountKv: 2, feedForwardLength: 64, kvHeadCountPerLayer: [1, 0, 2] });
  });

  it('do not believe a file type that the weights contradict', async () => {
    expect(await factsWith(u32('general.file_type', 15))).toMatchObject({ quantization: 'F32', declaredQuantization: 'Q4_K_M' });
    expect(await factsWith(u32('general.file_type', 999))).toMatchObject({ quantization: 'F32', declaredQuantization: null });
    const q8 = encodeTinyModel({ options: { tensorType: 'Q8_0', metadata: [u32('general.file_type', 18)] } });
    expect(modelFactsOf([await readGguf(bufferSource(q8))]).quantization).toBe('Q6_K');
  });

  it('look at the layers for that, not at a large vocabulary', async () => {
    const bytes = encodeTinyModel({
      options: { tensorType: 'Q4_0', vocabulary: 4096, metadata: [u32('general.file_type', 15)] },
      tensors: (tensors) =>
        tensors.map((tensor) =>
          tensor.name === 'token_embd.weight' ? { ...tensor, type: 'F16', data: Buffer.alloc(4096 * 32 * 2) } : tensor,
        ),
    });
    const facts = modelFactsOf([await readGguf(bufferSource(bytes))]);
    expect(facts.tensorTypes[0]?.type).toBe('F16');
    expect(facts.quantization).toBe('Q4_K_M');
  });

  it('count recurrent layers by the architecture’s own rule', async () => {
    const architecture = string('general.architecture', 'qwen3next');
    const facts = await factsWith(
      architecture,
      u32('qwen3next.block_count', 8),
      u32('qwen3next.attention.head_count', 4),
      u32('qwen3next.attention.head_count_kv', 2),
    );
    expect(facts.recurrentLayerCount).toBe(6);
    expect(facts.kvHeadCountPerLayer).toEqual([0, 0, 0, 2, 0, 0, 0, 2]);
    const mamba = await factsWith(string('general.architecture', 'mamba'), u32('mamba.block_count', 2));
    expect(mamba).toMatchObject({ recurrentLayerCount: 2, kvHeadCountPerLayer: [0, 0], headCount: 0, keyLength: 0 });
    const hybrid = await factsWith(
      string('general.architecture', 'jamba'),
      u32('jamba.block_count', 2),
      u32('jamba.attention.head_count', 4),
      u32s('jamba.attention.head_count_kv', [0, 2]),
    );
    expect(hybrid).toMatchObject({ recurrentLayerCount: 1, kvHeadCountPerLayer: [0, 2] });
  });

  it('tell what a model is for', async () => {
    expect((await factsWith()).purpose).toBe('text-generation');
    expect((await factsWith(u32('llama.pooling_type', 3))).purpose).toBe('embedding');
    expect((await factsWith(u32('llama.pooling_type', 4))).purpose).toBe('reranking');
    expect((await factsWith(string('general.architecture', 'bert'))).purpose).toBe('embedding');
    expect((await factsWith(string('general.architecture', 'clip'))).purpose).toBe('projector');
    expect((await factsWith(string('general.type', 'adapter'))).purpose).toBe('adapter');
    expect((await factsWith(string('general.architecture', 'wavtokenizer-dec'))).purpose).toBe('other');
  });

  it('show mixtures and windows', async () => {
    const facts = await factsWith(u32('llama.expert_count', 8), u32('llama.attention.sliding_window', 1024));
    expect(facts).toMatchObject({ isMoe: true, expertCount: 8, slidingWindow: 1024 });
  });

  it('carry no control or direction-changing characters and no endless texts', async () => {
    const facts = await factsWith(
      string('general.name', 'Safe\u202Egnp.exe\u0007\nname'),
      string('general.description', 'd'.repeat(5000)),
    );
    expect(facts.name).toBe('Safe\uFFFDgnp.exe\uFFFD name');
    const description = facts.metadata.find((entry) => entry.key === 'general.description');
    expect(description?.text).toHaveLength(300);
    expect(description?.byteLength).toBe(5008);
  });

  it('survive a header without anything', async () => {
    const facts = modelFactsOf([]);
    expect(facts).toMatchObject({ architecture: '', parameterCount: 0, layerCount: 0, name: null });
  });
});

describe('chat template families', () => {
  it.each([
    ['chatml', "{{'<|im_start|>' + message['role']}}"],
    ['phi4', '<|im_start|>user<|im_sep|>'],
    ['llama3', '<|start_header_id|>user<|end_header_id|>'],
    ['llama4', '<|header_start|>user<|header_end|>'],
    ['mistral', '[INST] {{ x }} [/INST] [AVAILABLE_TOOLS]'],
    ['llama2', '[INST] <<SYS>> {{ x }} [/INST]'],
    ['gemma', '<start_of_turn>model'],
    ['phi3', '<|user|>x<|end|><|assistant|>'],
    ['deepseek', '<｜User｜>x<｜Assistant｜>'],
    ['gpt-oss', '<|start|>assistant<|channel|>final'],
    [null, '{{ messages }}'],
  ])('%s', (family, template) => {
    expect(chatTemplateFamilyOf(template)).toBe(family);
  });
});
