import { mkdtemp, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CraftedFile, craftedFiles, encodeTinyModel } from '../testing/crafted-gguf.ts';
import { rawArray, rawFile, rawKey, rawTensor, text, u32, u64 } from '../testing/gguf-bytes.ts';
import { realModelPath } from '../testing/real-model.ts';
import { bufferSource } from './byte-source.ts';
import { checkArchitecture } from './check-architecture.ts';
import { GGUF_RULES, GgufRefusal } from './gguf-refusal.ts';
import { readGguf, readGgufFile } from './gguf-reader.ts';

/** What a promise is refused with; anything but a refusal fails the test. */
async function refusalOf(promise: Promise<unknown>): Promise<GgufRefusal> {
  const outcome = await promise.then(
    () => new Error('accepted'),
    (error: unknown) => error,
  );
  if (outcome instanceof GgufRefusal) return outcome;
  throw outcome;
}

async function examine(bytes: Uint8Array): Promise<void> {
  checkArchitecture([await readGguf(bufferSource(bytes))]);
}

describe('a good file', () => {
  it('is read with its keys, values and tensors', async () => {
    const bytes = encodeTinyModel();
    const header = await readGguf(bufferSource(bytes));
    expect(header.version).toBe(3);
    expect(header.alignment).toBe(32);
    expect(header.sizeBytes).toBe(bytes.length);
    expect(header.trailingBytes).toBe(0);
    expect(header.metadata.get('general.architecture')?.value).toBe('llama');
    expect(header.metadata.get('llama.context_length')).toMatchObject({ type: 'uint32', value: 64, complete: true });
    expect(header.metadata.get('tokenizer.ggml.tokens')).toMatchObject({ elementType: 'string', length: 264 });
    expect(header.tensors[0]).toMatchObject({ name: 'token_embd.weight', dimensions: [32, 264], dataOffset: header.dataOffset });
    await expect(examine(bytes)).resolves.toBeUndefined();
  });

  it('is read the same from a disk, in version 2 and with bytes behind it', async () => {
    const { path } = await realModelPath();
    const header = await readGgufFile(path);
    expect(header.tensors.length).toBeGreaterThan(10);
    const older = rawFile({ version: 2, keys: [rawKey('a', 'uint32', u32(1))], tensors: [rawTensor()], dataBytes: 32 + 7 });
    expect(await readGguf(bufferSource(older))).toMatchObject({ version: 2, trailingBytes: 7 });
  });

  it('keeps 64-bit numbers exact', async () => {
    const keys = [
      rawKey('small', 'uint64', u64(12)),
      rawKey('large', 'uint64', u64(2n ** 64n - 1n)),
      rawKey('negative', 'int64', u64(2n ** 64n - 5n)),
    ];
    const { metadata } = await readGguf(bufferSource(rawFile({ keys })));
    expect(metadata.get('small')?.value).toBe(12);
    expect(metadata.get('large')?.value).toBe(2n ** 64n - 1n);
    expect(metadata.get('negative')?.value).toBe(-5);
  });

  it('keeps only the beginning of what is long, and says so', async () => {
    const keys = [
      rawArray('many', 'uint8', { elements: Buffer.alloc(5000, 7), length: 5000 }),
      rawKey('long', 'string', text('x'.repeat(70_000))),
      rawKey('after', 'string', text('still in step')),
    ];
    const { metadata } = await readGguf(bufferSource(rawFile({ keys })));
    expect(metadata.get('many')).toMatchObject({ length: 5000, complete: false });
    expect(metadata.get('many')?.value).toHaveLength(1024);
    expect(metadata.get('long')).toMatchObject({ complete: false, byteLength: 70_008 });
    expect(metadata.get('long')?.value).toHaveLength(65_536);
    expect(metadata.get('after')?.value).toBe('still in step');
  });

  it('keeps architecture and chat template whatever else fills the memory budget', async () => {
    const keys = [
      rawKey('filler', 'string', text('x'.repeat(5000))),
      rawKey('tokenizer.chat_template', 'string', text('{{ messages }}')),
    ];
    const { metadata } = await readGguf(bufferSource(rawFile({ keys })), { keptTotalBytes: 100 });
    expect(metadata.get('filler')?.value).toHaveLength(50);
    expect(metadata.get('tokenizer.chat_template')).toMatchObject({ value: '{{ messages }}', complete: true });
  });

  it('does not need more than a window of memory for a source that is far larger', async () => {
    const start = rawFile({ tensors: [rawTensor({ dimensions: [2 ** 38] })], dataBytes: 64 });
    let largestRead = 0;
    const header = await readGguf({
      sizeBytes: 2 ** 41,
      read: async (offset, length) => {
        largestRead = Math.max(largestRead, length);
        const bytes = Buffer.alloc(length);
        if (offset < start.length) start.copy(bytes, 0, offset);
        return Promise.resolve(bytes);
      },
    });
    expect(header.tensors[0]?.sizeBytes).toBe(2 ** 40);
    expect(largestRead).toBeLessThanOrEqual(1024 * 1024);
  });
});

describe('crafted bad files', () => {
  const files = craftedFiles();

  it('come in at least 60 kinds, each with a name of its own', () => {
    expect(files.length).toBeGreaterThanOrEqual(60);
    expect(new Set(files.map((file) => file.name)).size).toBe(files.length);
  });

  it('touch every rule but those of files and splits, which have their own tests', () => {
    const elsewhere = ['not-a-regular-file', 'split-name', 'split-incomplete', 'split-mismatch'];
    const touched = new Set<string>(files.map((file) => file.rule));
    expect(GGUF_RULES.filter((rule) => !touched.has(rule))).toEqual(elsewhere);
  });

  it.each(files)('$name → $rule', async ({ rule, bytes }) => {
    const refusal = await refusalOf(examine(bytes));
    expect(refusal.rule).toBe(rule);
    expect(refusal.byteOffset).toBeGreaterThanOrEqual(0);
    expect(refusal.byteOffset).toBeLessThanOrEqual(bytes.length);
    expect(Object.keys(refusal.detail).length).toBeGreaterThan(0);
    expect(Object.values(refusal.detail).join(' ')).not.toMatch(/[\p{Cc}]/u);
  });

  it('names the byte at which the value stands', async () => {
    const bytes = rawFile({ keys: [rawKey('flag', 'bool', Buffer.from([9]))] });
    const refusal = await refusalOf(readGguf(bufferSource(bytes)));
    expect(refusal).toMatchObject({ rule: 'bool-value', byteOffset: bytes.length - 1, detail: { key: 'flag', byte: 9 } });
  });

  it('gives values that survive JSON', async () => {
    const nan: CraftedFile | undefined = files.find((file) => file.name === 'epsilon not a number');
    const refusal = await refusalOf(examine(nan?.bytes ?? Buffer.alloc(0)));
    expect(JSON.parse(JSON.stringify(refusal.detail))).toMatchObject({ value: 'NaN' });
  });

  it('says what the file is instead', async () => {
    const looks = async (bytes: Uint8Array): Promise<unknown> =>
      (await refusalOf(readGguf(bufferSource(bytes)))).detail['looksLike'];
    expect(await looks(Buffer.from('version https://git-lfs.github.com/spec/v1'))).toBe('git-lfs-pointer');
    expect(await looks(Buffer.from('PK\x03\x04............'))).toBe('zip-or-pytorch');
    expect(await looks(Buffer.concat([u64(40), Buffer.from('{"a":{}}')]))).toBe('safetensors');
    expect(await looks(Buffer.from('<!doctype html>.'))).toBe('web-page');
    expect(await looks(Buffer.from('nothing known...'))).toBe('unknown');
  });
});

describe('a file cut short', () => {
  it('is refused at every byte of its header and of its data', async () => {
    const bytes = encodeTinyModel();
    const { dataOffset } = await readGguf(bufferSource(bytes));
    const rules = new Map<string, number>();
    for (let length = 0; length < dataOffset; length += 1) {
      const { rule } = await refusalOf(readGguf(bufferSource(bytes.subarray(0, length))));
      rules.set(rule, (rules.get(rule) ?? 0) + 1);
    }
    expect([...rules.keys()]).toEqual(['truncated']);
    for (const length of [dataOffset, dataOffset + 1, bytes.length - 1]) {
      const { rule } = await refusalOf(readGguf(bufferSource(bytes.subarray(0, length))));
      expect(rule).toBe('tensor-out-of-file');
    }
  });

  it('is refused when it shrinks while it is read', async () => {
    const bytes = encodeTinyModel();
    const shrinking = { sizeBytes: bytes.length, read: (offset: number): Uint8Array => bytes.subarray(offset, 1000) };
    expect(await refusalOf(readGguf(shrinking))).toMatchObject({ rule: 'truncated' });
  });
});

describe('what is not a regular file', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-gguf-reader-'));
    await writeFile(join(folder, 'model.gguf'), encodeTinyModel());
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('is refused: a link', async () => {
    const link = join(folder, 'link.gguf');
    await symlink(join(folder, 'model.gguf'), link);
    expect(await refusalOf(readGgufFile(link))).toMatchObject({ rule: 'not-a-regular-file', detail: { kind: 'symbolic-link' } });
  });

  it('is refused: a folder', async () => {
    await mkdir(join(folder, 'folder.gguf'));
    expect(await refusalOf(readGgufFile(join(folder, 'folder.gguf')))).toMatchObject({ detail: { kind: 'folder' } });
  });

  it.skipIf(process.platform === 'win32')('is refused: a device', async () => {
    expect(await refusalOf(readGgufFile('/dev/zero'))).toMatchObject({ detail: { kind: 'device' } });
  });

  it('is an error of the file system where there is nothing', async () => {
    await expect(readGgufFile(join(folder, 'absent.gguf'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
