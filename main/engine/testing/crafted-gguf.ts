import type { GgufRule } from '../gguf/gguf-refusal.ts';
import { encodeGguf, type GgufMetadataToWrite, type GgufTensorToWrite } from '../gguf/gguf-writer.ts';
import { rawArray, rawFile, rawKey, rawTensor, text, u32, u64, u8 } from './gguf-bytes.ts';
import { type RandomModelOptions, randomModelMetadata, randomModelTensors } from './random-model.ts';

/** A file made to break one rule. */
export interface CraftedFile {
  readonly name: string;
  readonly rule: GgufRule;
  readonly bytes: Buffer;
}

/** The smallest model that is whole: every crafted model below is this one with one thing wrong. */
export const TINY_MODEL: RandomModelOptions = {
  architecture: 'llama',
  layers: 1,
  embedding: 32,
  heads: 2,
  headsKv: 1,
  feedForward: 32,
  vocabulary: 264,
  context: 64,
  tensorType: 'F32',
  seed: 7,
};

const U32_MAX = 0xffffffff;
const U64_MAX = 0xffffffffffffffffn;

function file(name: string, rule: GgufRule, bytes: Buffer): CraftedFile {
  return { name, rule, bytes };
}

function keyed(name: string, rule: GgufRule, ...keys: Buffer[]): CraftedFile {
  return file(name, rule, rawFile({ keys }));
}

function withTensors(name: string, rule: GgufRule, ...tensors: Buffer[]): CraftedFile {
  return file(name, rule, rawFile({ tensors, dataBytes: 4096 }));
}

/** Tiny model in memory, with keys replaced or added, keys left out, and tensors changed. */
export function encodeTinyModel(change: {
  options?: Partial<RandomModelOptions>;
  without?: readonly string[];
  tensors?: (tensors: GgufTensorToWrite[]) => GgufTensorToWrite[];
  alignment?: number;
} = {}): Buffer {
  const options: RandomModelOptions = { ...TINY_MODEL, ...change.options };
  const metadata = randomModelMetadata(options).filter((entry) => change.without?.includes(entry.key) !== true);
  const tensors = randomModelTensors(options).map(
    ({ name, type, dimensions, data }): GgufTensorToWrite => ({ name, type, dimensions, data: bytesOf(data) }),
  );
  return encodeGguf({
    metadata,
    tensors: change.tensors?.(tensors) ?? tensors,
    ...(change.alignment === undefined ? {} : { alignment: change.alignment }),
  });
}

function bytesOf(data: GgufTensorToWrite['data']): Uint8Array {
  if (data instanceof Uint8Array) return data;
  const pieces = data();
  if (!(Symbol.iterator in pieces)) throw new TypeError('generated tensors are synchronous');
  return Buffer.concat([...pieces]);
}

function model(name: string, rule: GgufRule, ...metadata: GgufMetadataToWrite[]): CraftedFile {
  return file(name, rule, encodeTinyModel({ options: { metadata } }));
}

function modelWithout(name: string, rule: GgufRule, key: string): CraftedFile {
  return file(name, rule, encodeTinyModel({ without: [key] }));
}

function u32Key(key: string, value: number): GgufMetadataToWrite {
  return { key, type: 'uint32', value };
}

function containerFiles(): CraftedFile[] {
  return [
    file('empty file', 'truncated', Buffer.alloc(0)),
    file('one byte of the magic', 'truncated', Buffer.from('G')),
    file('magic only', 'truncated', Buffer.from('GGUF')),
    file('zeros', 'not-gguf', Buffer.alloc(64)),
    file('text', 'not-gguf', Buffer.from('version https://git-lfs.github.com/spec/v1\n')),
    file('zip archive', 'not-gguf', Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(60)])),
    file('safetensors', 'not-gguf', Buffer.concat([u64(40), Buffer.from('{"__metadata__":{}}'), Buffer.alloc(30)])),
    file('old ggml', 'not-gguf', Buffer.concat([Buffer.from('lmgg'), Buffer.alloc(60)])),
    file('magic with the wrong case', 'not-gguf', Buffer.concat([Buffer.from('gguf'), Buffer.alloc(60)])),
    file('version 0', 'version', rawFile({ version: 0 })),
    file('version 1', 'version', rawFile({ version: 1 })),
    file('version 4', 'version', rawFile({ version: 4 })),
    file('version -1', 'version', rawFile({ version: U32_MAX })),
    file('big-endian version 3', 'big-endian', rawFile({ version: 0x03000000 })),
    file('2^40 keys', 'too-many-keys', rawFile({ keyCount: 2n ** 40n })),
    file('2^64 - 1 keys', 'too-many-keys', rawFile({ keyCount: U64_MAX })),
    file('65,537 keys', 'too-many-keys', rawFile({ keyCount: 65_537 })),
    file('2^40 tensors', 'too-many-tensors', rawFile({ tensorCount: 2n ** 40n })),
    file('negative tensor count', 'too-many-tensors', rawFile({ tensorCount: 2n ** 63n })),
    file('one key announced, none there', 'truncated', rawFile({ keyCount: 1 })),
    file('one tensor announced, none there', 'truncated', rawFile({ tensorCount: 1 })),
  ];
}

function metadataFiles(): CraftedFile[] {
  const one = u32(1);
  const template = 'tokenizer.chat_template';
  return [
    keyed('empty key', 'key-empty', rawKey('', 'uint32', one)),
    keyed('key of 3 GiB', 'key-too-long', Buffer.concat([u64(3 * 2 ** 30), Buffer.alloc(40)])),
    keyed('key of 2^64 - 1 bytes', 'key-too-long', Buffer.concat([u64(U64_MAX), Buffer.alloc(40)])),
    keyed('key longer than the file', 'truncated', Buffer.concat([u64(5000), Buffer.alloc(40)])),
    keyed('key with a zero byte', 'key-characters', rawKey('a\0b', 'uint32', one)),
    keyed('key with a line feed', 'key-characters', rawKey('a\nb', 'uint32', one)),
    keyed('key with a look-alike letter', 'key-characters', rawKey('generаl.name', 'uint32', one)),
    keyed('key with a space', 'key-characters', rawKey('general name', 'uint32', one)),
    keyed('key in broken UTF-8', 'key-characters', rawKey(Buffer.from([0x61, 0xff]), 'uint32', one)),
    keyed('duplicate key', 'duplicate-key', rawKey('a', 'uint32', one), rawKey('a', 'uint32', one)),
    keyed('duplicate key of another type', 'duplicate-key', rawKey('a', 'uint32', one), rawKey('a', 'bool', u8(1))),
    keyed('value type 13', 'unknown-value-type', rawKey('a', 13, one)),
    keyed('value type 2^32 - 1', 'unknown-value-type', rawKey('a', U32_MAX, one)),
    keyed('array of type 13', 'unknown-value-type', rawArray('a', 13, { elements: one, length: 1 })),
    keyed('array of arrays', 'nested-array', rawArray('a', 'array', { elements: Buffer.alloc(32), length: 1 })),
    keyed('string of 3 GiB', 'string-too-long', rawKey('a', 'string', text('x', 3 * 2 ** 30))),
    keyed('string of 2^64 - 1 bytes', 'string-too-long', rawKey('a', 'string', text('x', U64_MAX))),
    keyed('string longer than the file', 'truncated', rawKey('a', 'string', text('x', 1000))),
    keyed('string with a zero byte', 'string-has-nul', rawKey('a', 'string', text('safe\0evil'))),
    keyed('bool of 2', 'bool-value', rawKey('a', 'bool', u8(2))),
    keyed('bool array with 255', 'bool-value', rawArray('a', 'bool', { elements: Buffer.from([1, 0, 255]), length: 3 })),
    keyed('number cut short', 'truncated', rawKey('a', 'uint64', one)),
    keyed('array of 2^40 numbers', 'array-too-long', rawArray('a', 'uint32', { elements: one, length: 2n ** 40n })),
    keyed('array of 2^64 - 1 bytes', 'array-too-long', rawArray('a', 'uint8', { elements: one, length: U64_MAX })),
    keyed('array whose byte length wraps', 'array-too-long', rawArray('a', 'uint64', { elements: one, length: 2n ** 61n })),
    keyed('array of 2^40 strings', 'array-too-long', rawArray('a', 'string', { elements: one, length: 2n ** 40n })),
    keyed('array longer than the file', 'truncated', rawArray('a', 'uint32', { elements: one, length: 2 })),
    keyed('strings longer than the file', 'truncated', rawArray('a', 'string', { elements: text('x'), length: 2 })),
    keyed('element of 3 GiB', 'string-too-long', rawArray('a', 'string', { elements: text('x', 3 * 2 ** 30), length: 1 })),
    keyed('element of 65,537 bytes', 'string-too-long', rawArray('a', 'string', { elements: text(Buffer.alloc(65_537, 65)), length: 1 })),
    keyed('template of 256 KiB and one', 'template-too-long', rawKey(template, 'string', text('x'.repeat(262_145)))),
    keyed('named template too long', 'template-too-long', rawKey(`${template}.tool_use`, 'string', text('x'.repeat(262_145)))),
    keyed('two equal tokens', 'duplicate-token', rawArray('tokenizer.ggml.tokens', 'string', { elements: Buffer.concat([text('a'), text('b'), text('a')]), length: 3 })),
    keyed('tokens equal up to a zero byte', 'duplicate-token', rawArray('tokenizer.ggml.tokens', 'string', { elements: Buffer.concat([text('a'), text('a\0b')]), length: 2 })),
    keyed('alignment 0', 'alignment', rawKey('general.alignment', 'uint32', u32(0))),
    keyed('alignment 4', 'alignment', rawKey('general.alignment', 'uint32', u32(4))),
    keyed('alignment 48', 'alignment', rawKey('general.alignment', 'uint32', u32(48))),
    keyed('alignment 2^17', 'alignment', rawKey('general.alignment', 'uint32', u32(131_072))),
    keyed('alignment 2^31', 'alignment', rawKey('general.alignment', 'uint32', u32(2 ** 31))),
    keyed('alignment as u64', 'wrong-type', rawKey('general.alignment', 'uint64', u64(32))),
    keyed('alignment as a string', 'wrong-type', rawKey('general.alignment', 'string', text('32'))),
    file('more than 64 MiB of metadata', 'metadata-too-large', rawFile({ keys: Array.from({ length: 3 }, (_, index) => rawArray(`a${String(index)}`, 'uint8', { elements: Buffer.alloc(24 * 2 ** 20), length: 24 * 2 ** 20 })) })),
  ];
}

function tensorFiles(): CraftedFile[] {
  return [
    withTensors('empty tensor name', 'tensor-name', rawTensor({ name: '' })),
    withTensors('tensor name of 64 bytes', 'tensor-name', rawTensor({ name: 'x'.repeat(64) })),
    withTensors('tensor name of 2^63 bytes', 'tensor-name', rawTensor({ claimedNameLength: 2n ** 63n })),
    withTensors('tensor name with a zero byte', 'tensor-name', rawTensor({ name: 'a\0b' })),
    withTensors('tensor name with a control character', 'tensor-name', rawTensor({ name: 'a\x1b[2Jb' })),
    withTensors('duplicate tensor', 'duplicate-tensor', rawTensor(), rawTensor({ offset: 32 })),
    withTensors('no dimension', 'dimension-count', rawTensor({ dimensions: [] })),
    withTensors('five dimensions', 'dimension-count', rawTensor({ dimensions: [1, 1, 1, 1, 1] })),
    withTensors('2^32 - 1 dimensions', 'dimension-count', rawTensor({ dimensionCount: U32_MAX })),
    withTensors('dimension 0', 'dimension-range', rawTensor({ dimensions: [4, 0] })),
    withTensors('dimension 2^63', 'dimension-range', rawTensor({ dimensions: [2n ** 63n] })),
    withTensors('dimension 2^64 - 1', 'dimension-range', rawTensor({ dimensions: [U64_MAX] })),
    withTensors('product of 2^54', 'element-count', rawTensor({ dimensions: [2 ** 27, 2 ** 27] })),
    withTensors('product that wraps 2^64 to 4', 'element-count', rawTensor({ dimensions: [2n ** 33n, 2n ** 33n, 4] })),
    withTensors('removed tensor type 4', 'unknown-tensor-type', rawTensor({ typeId: 4 })),
    withTensors('removed tensor type 31', 'unknown-tensor-type', rawTensor({ typeId: 31 })),
    withTensors('tensor type 43', 'unknown-tensor-type', rawTensor({ typeId: 43 })),
    withTensors('tensor type -1', 'unknown-tensor-type', rawTensor({ typeId: U32_MAX })),
    withTensors('Q8_0 row of 33', 'block-size', rawTensor({ dimensions: [33], typeId: 8 })),
    withTensors('Q4_K row of 128', 'block-size', rawTensor({ dimensions: [128, 2], typeId: 12 })),
    withTensors('offset 4', 'offset-unaligned', rawTensor(), rawTensor({ name: 'b', offset: 4 })),
    withTensors('overlapping tensors', 'overlap', rawTensor(), rawTensor({ name: 'b', offset: 0 })),
    withTensors('second tensor before the first', 'overlap', rawTensor({ dimensions: [64] }), rawTensor({ name: 'b', offset: 32 })),
    withTensors('gap between tensors', 'gap', rawTensor(), rawTensor({ name: 'b', offset: 64 })),
    withTensors('first tensor not at 0', 'gap', rawTensor({ offset: 32 })),
    withTensors('tensor of 1 TiB', 'tensor-out-of-file', rawTensor({ dimensions: [2 ** 38] })),
    withTensors('offset 2^40', 'tensor-out-of-file', rawTensor({ offset: 2n ** 40n })),
    withTensors('offset 2^64 - 32', 'tensor-out-of-file', rawTensor({ offset: 2n ** 64n - 32n })),
    file('data one byte short', 'tensor-out-of-file', rawFile({ tensors: [rawTensor()], dataBytes: 15 })),
    file('no padding before the data', 'truncated', rawFile({ tensors: [rawTensor()], alignment: 1 })),
  ];
}

function modelFiles(): CraftedFile[] {
  const out = 'hyperparameter-out-of-range';
  const text32 = (key: string, value: string): GgufMetadataToWrite => ({ key, type: 'string', value });
  return [
    modelWithout('no architecture', 'missing-key', 'general.architecture'),
    model('architecture as a number', 'wrong-type', u32Key('general.architecture', 3)),
    model('unknown architecture', 'architecture-unknown', text32('general.architecture', 'no-such-architecture')),
    model('the placeholder architecture', 'architecture-unknown', text32('general.architecture', '(unknown)')),
    modelWithout('no context length', 'missing-key', 'llama.context_length'),
    modelWithout('no block count', 'missing-key', 'llama.block_count'),
    modelWithout('no head count', 'missing-key', 'llama.attention.head_count'),
    model('context length as u64', 'wrong-type', { key: 'llama.context_length', type: 'uint64', value: 64 }),
    model('context length 0', out, u32Key('llama.context_length', 0)),
    model('context length 2^32 - 1', out, u32Key('llama.context_length', U32_MAX)),
    model('0 layers', out, u32Key('llama.block_count', 0)),
    model('513 layers', out, u32Key('llama.block_count', 513)),
    model('embedding length 2^31', out, u32Key('llama.embedding_length', 2 ** 31)),
    model('0 heads', out, u32Key('llama.attention.head_count', 0)),
    model('more heads than the embedding is long', out, u32Key('llama.attention.head_count', 64)),
    model('heads that do not divide', out, u32Key('llama.attention.head_count', 2), u32Key('llama.attention.head_count_kv', 3)),
    model('1,025 experts', out, u32Key('llama.expert_count', 1025), u32Key('llama.expert_used_count', 1)),
    model('more experts used than there are', out, u32Key('llama.expert_count', 2), u32Key('llama.expert_used_count', 4)),
    model('experts of which none is used', out, u32Key('llama.expert_count', 2)),
    model('expert groups without experts', out, u32Key('llama.expert_group_count', 2)),
    model('more prediction layers than layers', out, u32Key('llama.nextn_predict_layers', 9)),
    model('epsilon not a number', out, { key: 'llama.attention.layer_norm_rms_epsilon', type: 'float32', value: Number.NaN }),
    model('infinite rope base', out, { key: 'llama.rope.freq_base', type: 'float32', value: Number.POSITIVE_INFINITY }),
    model('unknown rope scaling', out, text32('llama.rope.scaling.type', 'magic')),
    model('rope over half a head', out, u32Key('llama.rope.dimension_count', 8)),
    model('head counts for two layers of one', 'array-length-mismatch', { key: 'llama.attention.head_count', type: 'array', elementType: 'uint32', value: [2, 2] }),
    model('head counts as texts', 'wrong-type', { key: 'llama.attention.head_count', type: 'array', elementType: 'string', value: ['2'] }),
    modelWithout('no tokenizer', 'missing-key', 'tokenizer.ggml.model'),
    model('unknown tokenizer', 'tokenizer-unknown', text32('tokenizer.ggml.model', 'abacus')),
    model('unknown pre-tokenizer', 'tokenizer-unknown', text32('tokenizer.ggml.model', 'gpt2'), text32('tokenizer.ggml.pre', 'abacus')),
    modelWithout('no tokens', 'missing-key', 'tokenizer.ggml.tokens'),
    model('tokens as numbers', 'wrong-type', { key: 'tokenizer.ggml.tokens', type: 'array', elementType: 'uint32', value: [1, 2] }),
    model('too few scores', 'vocabulary-mismatch', { key: 'tokenizer.ggml.scores', type: 'array', elementType: 'float32', value: [0] }),
    model('too many token types', 'vocabulary-mismatch', { key: 'tokenizer.ggml.token_type', type: 'array', elementType: 'int32', value: Array<number>(265).fill(1) }),
    model('scores as texts', 'wrong-type', { key: 'tokenizer.ggml.scores', type: 'array', elementType: 'string', value: ['0'] }),
    model('byte pairs without merges', 'missing-key', text32('tokenizer.ggml.model', 'gpt2')),
    model('embedding length other than the tensor', 'tensor-shape', u32Key('llama.embedding_length', 64), u32Key('llama.rope.dimension_count', 32)),
    model('pooling that is not there', out, u32Key('llama.pooling_type', 7)),
    model('ranking without a head', 'no-ranking-head', u32Key('llama.pooling_type', 4)),
    file('no tensors', 'no-tensors', encodeTinyModel({ tensors: () => [] })),
    file('vocabulary other than the tensor', 'tensor-shape', encodeTinyModel({ tensors: (tensors) => tensors.map((tensor) => (tensor.name === 'token_embd.weight' ? { ...tensor, dimensions: [32, 4], data: Buffer.alloc(512) } : tensor)) })),
    file('tensor of a layer that is not there', 'layer-out-of-range', encodeTinyModel({ tensors: (tensors) => tensors.map((tensor) => ({ ...tensor, name: tensor.name.replace('blk.0.', 'blk.7.') })) })),
  ];
}

/**
 * A whole model with one raw key spliced in before the others. The key's name is lengthened until the data behind the header
 * stays aligned.
 */
export function spliceKey(whole: Buffer, make: (key: string) => Buffer): Buffer {
  for (let length = 1; length <= 32; length += 1) {
    const key = make('x'.repeat(length));
    if (key.length % 32 !== 0) continue;
    const spliced = Buffer.concat([whole.subarray(0, 24), key, whole.subarray(24)]);
    spliced.writeBigUInt64LE(whole.readBigUInt64LE(16) + 1n, 16);
    return spliced;
  }
  throw new RangeError('no name aligns this key');
}

/** Models that llama.cpp may well load, but that we refuse by intent: see the agreement test for the reasons. */
export function stricterFiles(): CraftedFile[] {
  const whole = encodeTinyModel();
  const spliced = (name: string, rule: GgufRule, make: (key: string) => Buffer): CraftedFile =>
    file(name, rule, spliceKey(whole, make));
  const template = (length: number): GgufMetadataToWrite => ({
    key: 'tokenizer.chat_template',
    type: 'string',
    value: 'x'.repeat(length),
  });
  return [
    spliced('whole model, bool of 2', 'bool-value', (key) => rawKey(key, 'bool', u8(2))),
    spliced('whole model, string with a zero byte', 'string-has-nul', (key) => rawKey(key, 'string', text('safe\0evil'))),
    spliced('whole model, key with a line feed', 'key-characters', (key) => rawKey(`\n${key}`, 'uint32', u32(1))),
    spliced('whole model, key of 70,000 bytes', 'key-too-long', (key) => rawKey(key.padEnd(70_000 + key.length, 'k'), 'uint32', u32(1))),
    spliced('whole model, element of 70,000 bytes', 'string-too-long', (key) =>
      rawArray(key, 'string', { elements: text('y'.repeat(70_000)), length: 1 }),
    ),
    file('whole model, template of 300,000 bytes', 'template-too-long', encodeTinyModel({ options: { metadata: [template(300_000)] } })),
    file('whole model, alignment 4', 'alignment', encodeTinyModel({ alignment: 4 })),
    file('whole model, alignment 131,072', 'alignment', encodeTinyModel({ alignment: 131_072 })),
    file('whole model, tensor with a space in its name', 'tensor-name', encodeTinyModel({ tensors: (tensors) => [...tensors, { name: 'rope freqs', type: 'F32', dimensions: [8], data: Buffer.alloc(32) }] })),
  ];
}

/** All crafted bad files: what is wrong with each and the rule that must name it. */
export function craftedFiles(): CraftedFile[] {
  return [...containerFiles(), ...metadataFiles(), ...tensorFiles(), ...modelFiles()];
}
