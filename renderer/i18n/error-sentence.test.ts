import { expect, it } from 'vitest';
import { errorCatalogue } from '../../main/contract/errors.ts';
import type { ErrorCode } from '../../main/contract/errors.ts';
import { checkSentence } from './check-sentence.ts';
import { errorSentence } from './error-sentence.ts';

const GB = 1024 ** 3;
/** Data for each code, as the main side sends it. A new code without an entry is a compile error. */
const samples: Record<ErrorCode, Record<string, unknown>> = {
  WRONG_INPUT: { issues: [{ path: 'name', message: 'Too long' }] },
  NOT_SIGNED_IN: { reason: 'idle' },
  PERMISSION_DENIED: { permission: 'models.manage' },
  NOT_FOUND: { what: 'model', id: 'mdl_1' },
  NAME_TAKEN: { name: 'clinic' },
  CONFIRMATION_MISMATCH: { expected: 'clinic' },
  CANCELLED: {},
  BUG: { referenceId: 'ref_1' },
  WRONG_PASSWORD: { attemptsLeft: 4 },
  LOCKED_OUT: { untilMs: 1_795_000_000_000 },
  PASSWORD_TOO_SHORT: { minimum: 15 },
  PASSWORD_TOO_COMMON: {},
  ALREADY_SET_UP: { path: '/data' },
  NOT_SET_UP: { path: '/data' },
  LOCKED: {},
  DATA_FOLDER_IN_USE: { path: '/data', processId: 42 },
  DATA_FOLDER_NOT_WRITABLE: { path: '/data', reason: 'permission denied' },
  DATABASE_DAMAGED: { path: '/data/x.db', detail: 'not a database' },
  DATABASE_TOO_NEW: { path: '/data/x.db', foundVersion: 9, knownVersion: 3 },
  DATABASE_KEY_WRONG: { path: '/data/x.db' },
  KEY_FILE_DAMAGED: { path: '/data/key', detail: 'too short' },
  DISK_FULL: { path: '/data', neededBytes: 4 * GB, freeBytes: GB },
  PATH_NOT_FOUND: { path: '/x.gguf' },
  PATH_NOT_READABLE: { path: '/x.gguf', reason: 'permission denied' },
  NOT_A_REGULAR_FILE: { path: '/x.gguf' },
  GGUF_REFUSED: { rule: 'truncated', byteOffset: 812_345, detail: { reading: 'key', neededBytes: 4096, leftBytes: 12 } },
  CHAT_TEMPLATE_REFUSED: { reason: 'too-slow' },
  MODEL_ALREADY_IMPORTED: { modelId: 'm', versionId: 'v', name: 'Qwen' },
  FILE_CHANGED_DURING_IMPORT: { path: '/x.gguf' },
  TRIAL_LOAD_FAILED: { reason: 'unknown layout' },
  MODEL_IN_USE: { deployments: ['one', 'two'] },
  MODEL_RETIRED: { name: 'Qwen' },
  MODEL_FILE_CHANGED: { path: '/data/models/x' },
  MODEL_NOT_CHATTABLE: { purpose: 'embedding' },
  BACKEND_UNAVAILABLE: { backend: 'cuda', reason: 'driver-missing' },
  DOES_NOT_FIT: {
    where: 'vram',
    neededBytes: 9.8 * GB,
    availableBytes: 6.9 * GB,
    totalBytes: 8 * GB,
    wouldFit: { backend: 'cuda', gpuLayers: 22, contextSize: 8192 },
  },
  CONTEXT_TOO_LARGE: { requested: 65_536, trained: 32_768 },
  DEPLOYMENT_NOT_READY: { name: 'chat', state: 'starting' },
  DEPLOYMENT_BUSY: { name: 'chat', queueLimit: 16 },
  OVERLAP_DOES_NOT_FIT: { name: 'chat', where: 'ram', neededBytes: 4.1 * GB, availableBytes: 2 * GB, totalBytes: 16 * GB, heldBytes: 5 * GB, fitsAfterStopping: true },
  MEMORY_HELD: { name: 'chat', where: 'ram', neededBytes: 4.1 * GB, budgetBytes: 12 * GB, usedBytes: 9 * GB, holders: [{ name: 'letters', bytes: 9 * GB }] },
  TRIAL_OVER: { name: 'chat' },
  DEPLOYMENT_CHANGED: { name: 'chat' },
  OTHER_PURPOSE: { name: 'search', purpose: 'embedding', wanted: 'reranking' },
  NOTHING_TO_ROLL_BACK_TO: { name: 'chat' },
  ENGINE_FAILED: { reason: 'memory-limit', detail: '8.3 GB of 8.0 GB' },
  PROMPT_TOO_LONG: { promptTokens: 9000, contextSize: 8192 },
  QUEUE_TIMEOUT: { name: 'ward', waitedMs: 60_000 },
  GENERATION_REFUSED: { reason: 'grammar', detail: 'line 3' },
  NATIVE_LIBRARY_UNUSABLE: { reason: 'layout-changed', detail: 'ftype is 2 and not 7' },
  MEASURING_FAILED: { what: 'matrix', detail: 'no room in the KV cache' },
  NOTHING_TO_MEASURE: {},
  BASELINE_NOT_READABLE: { reason: 'missing-columns', detail: 'avg_ts' },
  TEXT_TOO_SHORT: { tokens: 12, needed: 1024 },
  TEXT_NOT_READABLE: { path: '/x.txt', reason: 'not-utf8' },
  QUANTIZATION_REFUSED: { type: 'IQ2_XXS', reason: 'library-refused', detail: 'unknown architecture' },
  REQUANTIZE_NOT_ACCEPTED: { quantization: 'Q4_K_M', parentVersionNumber: 1 },
  IMPORTANCE_MATRIX_MISMATCH: { tensor: 'blk.0.attn_q.weight', matrixSize: 4096, tensorSize: 2048 },
  IMPORTANCE_MATRIX_UNREADABLE: { path: '/x.dat', detail: 'too short' },
  PRUNE_REFUSED: { reason: 'unknown-layer', detail: '40' },
  NO_PARENT: {},
  VOCABULARY_DIFFERS: { size: 512, parentSize: 32_000 },
  APPROVAL_BLOCKED: { reason: 'perplexity', limit: 5, value: 12.3 },
  VERSION_NOT_APPROVED: { name: 'Qwen', number: 2 },
  DATASET_REFUSED: { reason: 'wrong-encoding', detail: 'UTF-8', line: 17, limit: null },
  DATASET_UNCHANGED: { datasetId: 'd', versionId: 'v', number: 2 },
  DATASET_IN_USE: { models: ['Qwen'] },
  TRAINING_REFUSED: { reason: 'quantized', detail: 'Q4_K_M', parentVersionId: 'v', parentNumber: 1, found: null, needed: null },
  TRAINING_DOES_NOT_FIT: { neededBytes: 9.8 * GB, availableBytes: 6.9 * GB, contextSize: 2048, smallerContext: 512 },
  TRAINING_DIVERGED: { step: 120, goodStep: 96 },
  TRAINING_FAILED: { reason: 'process-died', detail: 'GGML_ASSERT' },
  TRAINING_NOT_POSSIBLE_NOW: { state: 'finished' },
  CHECKPOINT_DAMAGED: { detail: 'hash' },
  ADAPTER_REFUSED: { reason: 'shape', detail: 'blk.0.attn_q.weight' },
  ADAPTER_ALREADY_IMPORTED: { adapterId: 'a', name: 'Letters' },
  ADAPTER_IN_USE: { deployments: ['one', 'two'] },
  BUNDLED_MODEL_MISSING: {},
  KEY_REVOKED: { name: 'Ward 3', revokedAtMs: 1_795_000_000_000 },
  KEY_EXPIRED: { name: 'Ward 3', expiredAtMs: 1_795_000_000_000 },
  KEY_EXPIRY_PAST: { expiresAtMs: 1_795_000_000_000 },
  KEY_AMBIGUOUS: { name: 'Ward 3', keys: ['mw_aaaaaa', 'mw_bbbbbb'] },
  KEY_SCOPE: { what: 'endpoint', wanted: 'embeddings', allowed: ['chat', 'models'] },
  KEY_QUOTA: { unit: 'requests', window: 'day', limit: 1000, resetsAtMs: 1_795_000_000_000 },
  KEY_BUSY: { limit: 4 },
  PORT_TAKEN: { port: 8484 },
  ADDRESS_GONE: { address: '10.20.3.4' },
  ENDPOINT_SILENT: { address: '10.20.3.4', port: 8484, detail: 'HTTP 502' },
  JOB_NOT_CANCELLABLE: { state: 'succeeded' },
  JOB_NOT_RETRYABLE: { state: 'running' },
};

it.each(Object.keys(errorCatalogue) as ErrorCode[])('%s says what, why and what to do in both languages, with its numbers', (code) => {
  for (const language of ['en', 'zh-CN'] as const) {
    const sentence = errorSentence({ code, data: samples[code] }, language);
    for (const part of [sentence.what, sentence.why, sentence.next]) {
      expect(part).not.toBe('');
      expect(part).not.toMatch(/\{\{|undefined|null|NaN|\[object/);
      expect(part).not.toMatch(/ {2}| [.,;](?: |$)|[:：]\s*[.。]|“”|\(\)/);
    }
  }
});

it('writes line breaks of a file visibly', () => {
  const refused = { code: 'GGUF_REFUSED', data: { rule: 'not-gguf', byteOffset: 0, detail: { begins: 'Dear colleague,\n\nhere\n' } } } as const;
  expect(errorSentence(refused, 'en').why).toBe('It is not a GGUF file: it begins with “Dear colleague,\\n\\nhere”. Found at byte 0.');
  expect(errorSentence(refused, 'zh-CN').why).toBe('它不是 GGUF 文件：开头是“Dear colleague,\\n\\nhere”。位置：第 0 字节。');
});

it('puts sizes, lists and nested reasons into words', () => {
  expect(errorSentence({ code: 'DOES_NOT_FIT', data: samples.DOES_NOT_FIT }, 'en')).toEqual({
    what: 'The model does not fit into the memory of the graphics card.',
    why: 'It needs 9.8 GB; of 8.0 GB there are 6.9 GB free.',
    next: 'This would fit: CUDA (NVIDIA), 22 layers on the graphics card, context of 8,192 tokens.',
  });
  expect(errorSentence({ code: 'GGUF_REFUSED', data: samples.GGUF_REFUSED }, 'en').why).toBe(
    'It ends too early: 4.0 KB were expected for “key” and 12 bytes are left. Found at byte 812,345.',
  );
  expect(errorSentence({ code: 'MODEL_IN_USE', data: samples.MODEL_IN_USE }, 'zh-CN').why).toBe('以下部署正在使用它：one、two。');
});

it('has another sentence where a number is not known', () => {
  expect(errorSentence({ code: 'DISK_FULL', data: { path: '/data', neededBytes: null, freeBytes: null } }, 'en').why).toBe('The volume of /data is full.');
  expect(errorSentence({ code: 'DATA_FOLDER_IN_USE', data: { path: '/d', processId: null } }, 'en').why).toContain('Another process holds it.');
  expect(errorSentence({ code: 'DOES_NOT_FIT', data: { ...samples.DOES_NOT_FIT, wouldFit: null } }, 'en').next).toContain('smaller version');
  expect(errorSentence({ code: 'WRONG_PASSWORD', data: { attemptsLeft: 1 } }, 'en').why).toMatch(/^1 attempt is left/);
  expect(errorSentence({ code: 'GGUF_REFUSED', data: { rule: 'from-the-future', byteOffset: 0, detail: {} } }, 'en').why).toContain('from-the-future');
});

it('names no reference where the fault left none', () => {
  expect(errorSentence({ code: 'BUG', data: { referenceId: 'ref_7' } }, 'en').why).toContain('ref_7');
  expect(errorSentence({ code: 'BUG', data: { referenceId: '' } }, 'en')).toMatchObject({ why: expect.not.stringContaining('reference') as string });
});

it('tells a database that is not open yet from one that is in order', () => {
  const check = (data: Record<string, string | boolean>) => checkSentence({ check: 'database', state: 'fine', data }, 'en').sentence;
  expect(check({ state: 'ready' })).toContain('in order');
  expect(check({ state: 'locked' })).toContain('locked until');
  expect(checkSentence({ check: 'backend', state: 'look', data: { backend: 'vulkan', reason: '', software: true } }, 'zh-CN').sentence).toContain('仅为软件模拟');
});
