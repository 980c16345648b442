import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { craftedFiles, stricterFiles } from '../testing/crafted-gguf.ts';
import { fuzzBases } from '../testing/gguf-fuzz-bases.ts';
import { mutateGguf } from '../testing/gguf-mutator.ts';
import { loadWithLlama } from '../testing/llama-loader.ts';
import { realModelPath } from '../testing/real-model.ts';
import { seededRandom } from '../testing/seeded-random.ts';
import { bufferSource } from './byte-source.ts';
import { checkArchitecture } from './check-architecture.ts';
import { GgufRefusal, type GgufRule } from './gguf-refusal.ts';
import { readGguf, readGgufFile } from './gguf-reader.ts';
import { checkSplit } from './split-files.ts';

const isNightly = process.env['MODELWARD_NIGHTLY'] === '1';
const MUTANT_COUNT = Number(process.env['MODELWARD_AGREEMENT_COUNT'] ?? (isNightly ? 5_000 : 200));
const SEED = Number(process.env['MODELWARD_FUZZ_SEED'] ?? 20_261_121);
const LARGEST_BYTES = 1024 * 1024;

/** Where we refuse what llama.cpp loads, and why. A rule that turns up here without a reason fails the test. */
const STRICTER_BY_INTENT: Partial<Record<GgufRule, string>> = {
  'key-characters': 'The format asks for ASCII keys. llama.cpp ignores a key it cannot find and falls back to defaults in silence.',
  'key-too-long': 'The format ends keys at 65,535 bytes.',
  'bool-value': 'The format calls a bool that is neither 0 nor 1 invalid.',
  'string-has-nul': 'llama.cpp stops at the zero byte: a person would be shown another text than the one that is used.',
  'string-too-long': 'No token is longer than 64 KiB; longer ones only cost memory.',
  'template-too-long': 'A chat template is a program; 256 KiB is ten times the longest published one.',
  'duplicate-token': 'Only where llama.cpp does not look at the tokens, because the tokenizer is "none".',
  'hyperparameter-out-of-range': 'A context of 0 or 2^32 - 1, not-a-number and infinite values load, and fail or misbehave later.',
  'array-length-mismatch': 'llama.cpp reads some per-layer arrays only for some architectures.',
  'vocabulary-mismatch': 'llama.cpp takes longer score and type arrays and ignores the rest; the policy asks for equal lengths.',
  'wrong-type': 'Keys that this architecture happens not to read.',
  alignment: 'The policy allows 8 to 65,536; 4 makes llama.cpp abort.',
  'no-ranking-head': 'Without a classification head llama.cpp gives numbers of a vector as scores, and those of other texts of a batch.',
  'tensor-name': 'Tensors that this architecture happens not to read.',
};

interface Subject {
  readonly name: string;
  readonly path: string;
  /** null where we accept it. */
  readonly rule: GgufRule | null;
}

async function ourVerdict(bytes: Uint8Array): Promise<GgufRule | null> {
  try {
    const header = await readGguf(bufferSource(bytes));
    checkSplit([header]);
    checkArchitecture([header]);
    return null;
  } catch (error) {
    if (error instanceof GgufRefusal) return error.rule;
    throw error;
  }
}

async function writeSubjects(folder: string): Promise<Subject[]> {
  const files = [...craftedFiles(), ...stricterFiles()].map(({ name, bytes }) => ({ name, bytes }));
  const bases = await fuzzBases();
  bases.forEach(({ bytes }, index) => files.push({ name: `whole model ${String(index)}`, bytes }));
  for (let index = 0; index < MUTANT_COUNT; index += 1) {
    const base = bases[index % bases.length];
    if (base === undefined) break;
    const seed = SEED + index;
    files.push({ name: `mutant ${String(seed)}`, bytes: mutateGguf(base.bytes, base.where, seededRandom(seed)) });
  }
  const subjects: Subject[] = [];
  for (const [index, { name, bytes }] of files.entries()) {
    if (bytes.length > LARGEST_BYTES) continue;
    const path = join(folder, `${String(index)}.gguf`);
    await writeFile(path, bytes);
    subjects.push({ name, path, rule: await ourVerdict(bytes) });
  }
  return subjects;
}

/** So that equal reasons are counted together. */
function withoutNumbers(reason: string): string {
  return reason.replace(/\s*\d+/g, ' #').slice(0, 160);
}

describe('agreement with llama.cpp', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'modelward-gguf-agreement-'));
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  it('accepts what llama.cpp loads, but for what is refused by intent', { timeout: 1_200_000 }, async () => {
    const subjects = await writeSubjects(folder);
    const outcomes = await loadWithLlama(subjects.map((subject) => subject.path));
    expect(outcomes).toHaveLength(subjects.length);
    const tally: Record<string, number> = {};
    const stricter: Partial<Record<GgufRule, string[]>> = {};
    const laxer: Record<string, number> = {};
    const deadly: string[] = [];
    const wholeModels: string[] = [];
    subjects.forEach(({ name, rule }, index) => {
      const outcome = outcomes[index];
      if (outcome === undefined) return;
      const cell = `llama.cpp ${outcome.verdict}, we ${rule === null ? 'accept' : 'refuse'}`;
      tally[cell] = (tally[cell] ?? 0) + 1;
      if (outcome.verdict === 'accepted' && rule !== null) (stricter[rule] ??= []).push(name);
      if (outcome.verdict === 'refused' && rule === null) {
        const reason = withoutNumbers(outcome.reason);
        laxer[reason] = (laxer[reason] ?? 0) + 1;
      }
      const hasDied = outcome.verdict === 'crashed' || outcome.verdict === 'hung';
      if (hasDied && rule === null) deadly.push(`${name}: ${outcome.reason}`);
      if (name.startsWith('whole model ') && rule === null) wholeModels.push(outcome.verdict);
    });
    console.info('agreement', tally);
    console.info('stricter', Object.fromEntries(Object.entries(stricter).map(([rule, names]) => [rule, names.length])));
    console.info('left to the trial load', laxer);
    console.info('accepted by us, fatal to llama.cpp', deadly);
    const unexplained = Object.keys(stricter).filter((rule) => !(rule in STRICTER_BY_INTENT));
    expect(unexplained).toEqual([]);
    // What would take the engine down is refused before it gets there.
    expect(deadly).toEqual([]);
    expect(new Set(wholeModels)).toEqual(new Set(['accepted']));
    expect(tally['llama.cpp accepted, we accept']).toBeGreaterThan(10);
    expect(tally['llama.cpp crashed, we refuse']).toBeGreaterThan(5);
  });

  it('agrees on the real model', { timeout: 60_000 }, async () => {
    const { path } = await realModelPath();
    checkArchitecture([await readGgufFile(path)]);
    expect(await loadWithLlama([path])).toMatchObject([{ verdict: 'accepted' }]);
  });
});
