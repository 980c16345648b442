import type { Benchmark, BenchmarkRow, Percentiles } from '../contract/benchmarks.contract.ts';
import { performanceOf, speedThreadsOf } from '../engine/measuring/engine-performance.ts';
import { csvLine } from '../kernel/csv.ts';

export type ExportFormat = 'csv' | 'json' | 'llama-bench';

/** The chosen benchmarks as a file. CSV has one line a row and names its columns as read-baseline.ts understands them. */
export function exportBenchmarks(benchmarks: readonly Benchmark[], format: ExportFormat): { fileName: string; mediaType: string; text: string } {
  switch (format) {
    case 'csv':
      return { fileName: 'benchmarks.csv', mediaType: 'text/csv', text: asCsv(benchmarks) };
    case 'json':
      return { fileName: 'benchmarks.json', mediaType: 'application/json', text: `${JSON.stringify(benchmarks, null, 2)}\n` };
    case 'llama-bench':
      return { fileName: 'llama-bench.json', mediaType: 'application/json', text: `${JSON.stringify(benchmarks.flatMap(asLlamaBench), null, 2)}\n` };
  }
}

type Column = readonly [name: string, value: (benchmark: Benchmark, row: BenchmarkRow) => string | number | null];

const percentileColumns = (name: string, of: (row: BenchmarkRow) => Percentiles | null): Column[] =>
  (['count', 'p50', 'p95', 'p99', 'max'] as const).map((part): Column => [`${name}_${part}`, (_, row) => of(row)?.[part] ?? null]);

const columns: readonly Column[] = [
  ['label', ({ label }) => label],
  ['source', ({ source }) => source],
  ['taken_at', ({ atMs }) => new Date(atMs).toISOString()],
  ['started_by', ({ startedBy }) => startedBy],
  ['model', ({ model }) => model.name],
  ['version', ({ model }) => model.versionNumber],
  ['quantization', ({ model }) => model.quantization],
  ['sha256', ({ model }) => model.sha256],
  ['model_size_bytes', ({ model }) => model.sizeBytes],
  ['parameters', ({ model }) => model.parameterCount],
  ['machine', ({ machine }) => machine?.name ?? null],
  ['machine_key', ({ machine }) => machine?.key ?? null],
  ['system', ({ machine }) => machine?.system ?? null],
  ['processor', ({ machine }) => machine?.processor ?? null],
  ['cores', ({ machine }) => machine?.cores ?? null],
  ['ram_bytes', ({ machine }) => machine?.ramBytes ?? null],
  ['devices', ({ machine }) => machine?.devices.join(' + ') ?? null],
  ['release', ({ engine }) => engine.release],
  ['backend', ({ engine }) => engine.backend],
  ['driver', ({ engine }) => engine.driver],
  ['gpu_layers', ({ settings }) => settings?.gpuLayers ?? null],
  ['context_size', ({ settings }) => settings?.contextSize ?? null],
  ['threads', ({ settings }) => settings?.threads ?? null],
  ['batch_size', ({ settings }) => (settings === null ? null : performanceOf(settings).batchSize)],
  ['flash_attention', ({ settings }) => (settings === null ? null : performanceOf(settings).flashAttention)],
  ['kv_type', ({ settings }) => (settings === null ? null : performanceOf(settings).kvType)],
  ['test', (_, { test }) => test],
  ['prompt_tokens', (_, row) => row.promptTokens],
  ['output_tokens', (_, row) => row.outputTokens],
  ['streams', (_, row) => row.streams],
  ['tokens_per_second', (_, row) => row.tokensPerSecond.mean],
  ['deviation', (_, row) => row.tokensPerSecond.deviation],
  ['repeats', (_, row) => row.tokensPerSecond.count],
  ['min', (_, row) => row.tokensPerSecond.min],
  ['median', (_, row) => row.tokensPerSecond.median],
  ['max', (_, row) => row.tokensPerSecond.max],
  ...percentileColumns('ttft_ms', (row) => row.ttftMs),
  ...percentileColumns('inter_token_ms', (row) => row.interTokenMs),
  ['load_ms', ({ loadMs }) => loadMs],
  ['peak_ram_bytes', ({ peakRamBytes }) => peakRamBytes],
  ['peak_vram_bytes', ({ peakVramBytes }) => peakVramBytes],
  ['foreign_load', ({ foreignLoad }) => foreignLoad],
];

function asCsv(benchmarks: readonly Benchmark[]): string {
  const lines = benchmarks.flatMap((benchmark) => benchmark.rows.map((row) => csvLine(columns.map(([, value]) => value(benchmark, row)))));
  return [csvLine(columns.map(([name]) => name)), ...lines, ''].join('\r\n');
}

/** Entries as `llama-bench -o json` prints them (tools/llama-bench/llama-bench.cpp, test::get_fields), for what it measures too. */
function asLlamaBench(benchmark: Benchmark): Record<string, unknown>[] {
  const { settings, model, engine, machine } = benchmark;
  return benchmark.rows.flatMap((row) => {
    if (row.test === 'streams') return [];
    const performance = settings === null ? null : performanceOf(settings);
    const tokens = row.promptTokens + row.outputTokens;
    const { mean, deviation } = row.tokensPerSecond;
    const averageNs = Math.round((tokens / mean) * 1e9);
    return [
      {
        build_commit: engine.release,
        build_number: 0,
        cpu_info: machine?.processor ?? '',
        gpu_info: machine?.devices.join(', ') ?? '',
        backends: engine.backend.toUpperCase(),
        model_filename: model.name,
        model_type: model.quantization,
        model_size: model.sizeBytes ?? 0,
        model_n_params: model.parameterCount ?? 0,
        ...(performance === null || settings === null
          ? {}
          : {
              n_batch: performance.batchSize,
              n_ubatch: performance.batchSize,
              n_threads: row.test === 'prompt' ? settings.threads : speedThreadsOf(settings.threads),
              type_k: performance.kvType.toLowerCase(),
              type_v: performance.kvType.toLowerCase(),
              n_gpu_layers: settings.gpuLayers,
              flash_attn: { auto: -1, off: 0, on: 1 }[performance.flashAttention],
            }),
        n_prompt: row.promptTokens,
        n_gen: row.outputTokens,
        n_depth: 0,
        test_time: new Date(benchmark.atMs).toISOString(),
        avg_ns: averageNs,
        stddev_ns: Math.round((averageNs * deviation) / mean),
        avg_ts: mean,
        stddev_ts: deviation,
      },
    ];
  });
}
