import { z } from 'zod';
import type { BaselinePreview, BenchmarkRow } from '../contract/benchmarks.contract.ts';
import { spreadOf } from '../engine/measuring/spread.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { parseCsv } from '../kernel/csv.ts';

type Found = BaselinePreview['benchmarks'][number];
type Skipped = BaselinePreview['skipped'][number];

const mostRows = 2000;
const mostSkippedTold = 200;
const mostTokens = 10_000_000;
const mostTokensPerSecond = 1e9;

/** One measurement as a foreign file tells it; values as text, absent ones undefined. */
interface Told {
  at: number;
  label?: string | undefined;
  model?: string | undefined;
  quantization?: string | undefined;
  sizeBytes?: string | undefined;
  parameters?: string | undefined;
  backend?: string | undefined;
  release?: string | undefined;
  driver?: string | undefined;
  /** What keeps figures of one file apart: machine, settings. */
  apart: string;
  test?: string | undefined;
  promptTokens?: string | undefined;
  outputTokens?: string | undefined;
  depth?: string | undefined;
  streams?: string | undefined;
  tokensPerSecond?: string | undefined;
  deviation?: string | undefined;
  repeats?: string | undefined;
  samples?: readonly number[];
}

/**
 * Reads figures from elsewhere: CSV with a header line (also that of llama-bench -o csv and our own export), or the JSON of
 * llama-bench -o json. Rows that say nothing usable are left out with a reason, the rest is taken.
 * Raises BASELINE_NOT_READABLE.
 */
export function readBaseline(text: string): BaselinePreview {
  const start = text.replace(/^\uFEFF/, '').trimStart();
  const { told, format } = start.startsWith('[') || start.startsWith('{') ? { told: readJson(start), format: 'llama-bench' as const } : readCsv(text);
  const skipped: Skipped[] = [];
  const groups = new Map<string, { found: Found; rows: BenchmarkRow[] }>();
  for (const [index, entry] of told.entries()) {
    const row = index < mostRows ? rowOf(entry) : 'too-many';
    if (typeof row === 'string') {
      if (skipped.length < mostSkippedTold) skipped.push({ at: entry.at, reason: row });
      continue;
    }
    const found = describe(entry);
    const key = JSON.stringify([found.label, found.model.name, found.model.quantization, found.engine, entry.apart]);
    const group = groups.get(key) ?? { found, rows: found.rows };
    groups.set(key, group);
    group.rows.push(row);
  }
  if (groups.size === 0) throw unreadable('no-rows', skipped[0] === undefined ? '' : `${skipped[0].at}: ${skipped[0].reason}`);
  return { format, benchmarks: [...groups.values()].map(({ found }) => found), skipped };
}

function unreadable(reason: 'not-json' | 'no-header' | 'no-rows' | 'missing-columns', detail: string): ExpectedError<'BASELINE_NOT_READABLE'> {
  return new ExpectedError('BASELINE_NOT_READABLE', { reason, detail: clean(detail, 200) });
}

/** Column names that mean the same, in lower case without spaces and signs. */
const columnNames: Readonly<Record<Exclude<keyof Told, 'at' | 'apart' | 'samples'>, readonly string[]>> = {
  label: ['label', 'run'],
  model: ['model', 'modelname', 'modelfilename', 'name'],
  quantization: ['quantization', 'quant', 'modeltype', 'type'],
  sizeBytes: ['modelsizebytes', 'modelsize', 'sizebytes'],
  parameters: ['parameters', 'modelnparams', 'params'],
  backend: ['backend', 'backends'],
  release: ['release', 'engine', 'buildcommit', 'version'],
  driver: ['driver'],
  test: ['test'],
  promptTokens: ['prompttokens', 'nprompt', 'pp'],
  outputTokens: ['outputtokens', 'ngen', 'tg'],
  depth: ['ndepth', 'depth'],
  streams: ['streams', 'parallel', 'npl'],
  tokensPerSecond: ['tokenspersecond', 'avgts', 'ts', 'toks', 'tokenss', 'mean', 'speed'],
  deviation: ['deviation', 'stddevts', 'stddev', 'std'],
  repeats: ['repeats', 'count', 'runs'],
};
const apartColumns = ['machinekey', 'machine', 'processor', 'cpuinfo', 'gpuinfo', 'devices', 'takenat', 'sha256', 'ngpulayers', 'gpulayers', 'nbatch', 'nubatch', 'batchsize', 'flashattn', 'flashattention', 'typek', 'typev', 'kvtype'];

function readCsv(text: string): { told: Told[]; format: BaselinePreview['format'] } {
  const { header, rows, delimiter } = parseCsv(text, mostRows + mostSkippedTold);
  if (header.length === 0) throw unreadable('no-header', '');
  const names = header.map((name) => name.toLowerCase().replaceAll(/[^a-z0-9]/g, ''));
  if (names.every((name) => name === '' || /^\d+$/.test(name))) throw unreadable('no-header', header.join(delimiter));
  const columnOf = (wanted: readonly string[]): number => wanted.map((name) => names.indexOf(name)).find((index) => index >= 0) ?? -1;
  const columns = Object.entries(columnNames).map(([key, wanted]) => [key, columnOf(wanted)] as const);
  const has = (key: keyof typeof columnNames): boolean => columnOf(columnNames[key]) >= 0;
  const missing = [...(has('tokensPerSecond') ? [] : ['tokens_per_second']), ...(has('test') || has('promptTokens') || has('outputTokens') ? [] : ['test'])];
  if (missing.length > 0) throw unreadable('missing-columns', missing.join(', '));
  // Where the comma does not separate cells it separates decimals.
  const number = (cell: string): string => (delimiter === ',' ? cell : cell.replace(/^(\s*-?\d+),(\d+)/, '$1.$2'));
  const told = rows.map(({ at, cells }): Told => {
    const values = columns.flatMap(([key, column]) => (column < 0 || cells[column] === undefined ? [] : [[key, key === 'tokensPerSecond' || key === 'deviation' ? number(cells[column]) : cells[column]]]));
    // The apostrophe that keeps our own export from being a formula is no part of the text.
    return { at, apart: apartColumns.map((name) => cells[names.indexOf(name)] ?? '').join('\u0000'), ...(Object.fromEntries(values.map(([key, value]) => [key, (value ?? '').replace(/^'(?=\s*[=+\-@])/, '')])) as Partial<Told>) };
  });
  return { told, format: names.includes('avgts') && names.includes('nprompt') ? 'llama-bench' : 'csv' };
}

const scalar = z.union([z.string(), z.number()]).transform(String).optional().catch(undefined);
const entrySchema = z.object({
  model_filename: scalar,
  model_type: scalar,
  model_size: scalar,
  model_n_params: scalar,
  backends: scalar,
  build_commit: scalar,
  cpu_info: scalar,
  gpu_info: scalar,
  n_batch: scalar,
  n_ubatch: scalar,
  n_threads: scalar,
  n_gpu_layers: scalar,
  flash_attn: scalar,
  type_k: scalar,
  type_v: scalar,
  n_prompt: scalar,
  n_gen: scalar,
  n_depth: scalar,
  avg_ts: scalar,
  stddev_ts: scalar,
  samples_ts: z.array(z.number()).max(1000).optional().catch(undefined),
});

function readJson(text: string): Told[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw unreadable('not-json', error instanceof Error ? error.message : String(error));
  }
  const entries: unknown[] = Array.isArray(value) ? value.slice(0, mostRows + mostSkippedTold) : [value];
  const told = entries.map((entry, index): Told => {
    const parsed = entrySchema.safeParse(entry);
    const of = parsed.success ? parsed.data : {};
    return {
      at: index + 1,
      model: of.model_filename,
      quantization: of.model_type,
      sizeBytes: of.model_size,
      parameters: of.model_n_params,
      backend: of.backends,
      release: of.build_commit,
      apart: JSON.stringify([of.cpu_info, of.gpu_info, of.n_batch, of.n_ubatch, of.n_threads, of.n_gpu_layers, of.flash_attn, of.type_k, of.type_v]),
      promptTokens: of.n_prompt,
      outputTokens: of.n_gen,
      depth: of.n_depth,
      tokensPerSecond: of.avg_ts,
      deviation: of.stddev_ts,
      ...(of.samples_ts === undefined ? {} : { samples: of.samples_ts }),
    };
  });
  if (told.length > 0 && told.every((entry) => entry.tokensPerSecond === undefined && entry.promptTokens === undefined)) throw unreadable('missing-columns', 'avg_ts, n_prompt');
  return told;
}

function rowOf(told: Told): BenchmarkRow | Skipped['reason'] {
  const sizes = sizesOf(told);
  if (typeof sizes === 'string') return sizes;
  if (told.tokensPerSecond === undefined || told.tokensPerSecond.trim() === '') return 'no-speed';
  // "57.28 ± 1.20", as llama-bench prints it for people.
  const [first = '', second] = told.tokensPerSecond.split('±');
  const mean = speedOf(first);
  const deviation = speedOf(second ?? told.deviation ?? '0') ?? 0;
  if (mean === null) return 'not-a-number';
  if (mean === 0) return 'no-speed';
  const samples = (told.samples ?? []).filter((sample) => Number.isFinite(sample) && sample > 0 && sample <= mostTokensPerSecond);
  const count = samples.length > 0 ? samples.length : Math.min(1000, Math.max(1, countOf(told.repeats ?? '') ?? 1));
  const spread = samples.length > 0 ? spreadOf(samples) : { count, mean, deviation, min: mean, median: mean, max: mean };
  return { ...sizes, tokensPerSecond: spread, ttftMs: null, interTokenMs: null };
}

function sizesOf(told: Told): Pick<BenchmarkRow, 'test' | 'promptTokens' | 'outputTokens' | 'streams'> | Skipped['reason'] {
  const short = /^\s*(pp|tg)\s*(\d+)\s*$/i.exec(told.test ?? '');
  const [, kind, tokens] = short ?? [];
  const given = (value: string | undefined): number | null => (value === undefined || value.trim() === '' ? 0 : countOf(value));
  const promptTokens = kind?.toLowerCase() === 'pp' ? countOf(tokens ?? '') : given(told.promptTokens);
  const outputTokens = kind?.toLowerCase() === 'tg' ? countOf(tokens ?? '') : given(told.outputTokens);
  const streams = given(told.streams);
  const depth = given(told.depth);
  if (promptTokens === null || outputTokens === null || streams === null || depth === null) return 'not-a-number';
  const named = (told.test ?? '').trim().toLowerCase();
  // Figures that begin with a filled cache, and prompt and answer timed together, are nothing we could compare.
  if (depth > 0 || (named !== '' && short === null && !['prompt', 'generation', 'streams'].includes(named))) return 'unknown-test';
  if (named === 'streams' || streams > 1) return promptTokens + outputTokens === 0 ? 'unknown-test' : { test: 'streams', promptTokens, outputTokens, streams: Math.max(1, streams) };
  if (promptTokens > 0 && outputTokens === 0 && named !== 'generation') return { test: 'prompt', promptTokens, outputTokens: 0, streams: 1 };
  if (outputTokens > 0 && promptTokens === 0 && named !== 'prompt') return { test: 'generation', promptTokens: 0, outputTokens, streams: 1 };
  return 'unknown-test';
}

function describe(told: Told): Found {
  const name = clean(fileNameOf(told.model ?? ''), 120) || '–';
  return {
    label: clean(told.label ?? '', 120) || name,
    model: {
      modelId: null,
      versionId: null,
      deploymentId: null,
      name,
      versionNumber: null,
      quantization: clean(told.quantization ?? '', 60),
      sha256: null,
      sizeBytes: countOf(told.sizeBytes ?? '', Number.MAX_SAFE_INTEGER),
      parameterCount: countOf(told.parameters ?? '', Number.MAX_SAFE_INTEGER),
    },
    engine: { release: clean(told.release ?? '', 60), backend: clean(told.backend ?? '', 60), driver: clean(told.driver ?? '', 120) || null },
    rows: [],
  };
}

/** A path of another machine says nothing here but its last part. */
function fileNameOf(path: string): string {
  return path.split(/[\\/]/).at(-1)?.replace(/\.gguf$/i, '') ?? '';
}

function speedOf(text: string): number | null {
  const value = /^\s*\d+(\.\d+)?(e[+-]?\d{1,3})?\s*$/i.test(text) ? Number(text) : Number.NaN;
  return Number.isFinite(value) && value >= 0 && value <= mostTokensPerSecond ? value : null;
}

function countOf(text: string, most = mostTokens): number | null {
  const value = /^\s*\d{1,16}\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) && value <= most ? value : null;
}

/** One line without control characters or such as change the direction of text. */
function clean(text: string, most: number): string {
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim().slice(0, most).trim();
}
