/**
 * Runs the reader over damaged headers in a process of its own, so that a crash, a hang or a leak is seen from outside.
 * Told what to do by one message; answers with progress and a summary. Started by gguf-fuzz.int.test.ts.
 */
import { bufferSource } from '../gguf/byte-source.ts';
import { checkArchitecture } from '../gguf/check-architecture.ts';
import { GgufRefusal } from '../gguf/gguf-refusal.ts';
import { readGguf, readGgufFile } from '../gguf/gguf-reader.ts';
import type { GgufHeader } from '../gguf/gguf-header.ts';
import { modelFactsOf } from '../gguf/model-facts.ts';
import { checkSplit } from '../gguf/split-files.ts';
import { fuzzBases } from './gguf-fuzz-bases.ts';
import { mutateGguf } from './gguf-mutator.ts';
import { seededRandom } from './seeded-random.ts';

export type FuzzOrder =
  | { readonly kind: 'mutants'; readonly seed: number; readonly count: number }
  | { readonly kind: 'files'; readonly paths: readonly string[] };

export interface FuzzReport {
  readonly kind: 'report';
  readonly examined: number;
  readonly accepted: number;
  readonly refusedByRule: Record<string, number>;
  /** Anything thrown that was not a refusal: seed number and message. */
  readonly faults: readonly string[];
  /** Processor time of the slowest. */
  readonly slowestMs: number;
  readonly slowest: string;
  readonly peakRssBytes: number;
}

export interface FuzzProgress {
  readonly kind: 'progress';
  readonly examined: number;
}

interface Tally {
  accepted: number;
  examined: number;
  refusedByRule: Record<string, number>;
  faults: string[];
  slowestMs: number;
  slowest: string;
  peakRssBytes: number;
}

async function examine(tally: Tally, label: string, read: () => Promise<GgufHeader>): Promise<void> {
  // Time of this process, not of the clock: other work on the machine must not count as the reader's.
  const started = process.cpuUsage();
  try {
    const header = await read();
    checkSplit([header]);
    checkArchitecture([header]);
    JSON.stringify(modelFactsOf([header]));
    tally.accepted += 1;
  } catch (error) {
    if (error instanceof GgufRefusal) {
      tally.refusedByRule[error.rule] = (tally.refusedByRule[error.rule] ?? 0) + 1;
    } else {
      tally.faults.push(`${label}: ${String(error)}`);
    }
  }
  const used = process.cpuUsage(started);
  const tookMs = (used.user + used.system) / 1000;
  tally.examined += 1;
  if (tookMs > tally.slowestMs) {
    tally.slowestMs = tookMs;
    tally.slowest = label;
  }
  tally.peakRssBytes = Math.max(tally.peakRssBytes, process.memoryUsage.rss());
}

async function run(order: FuzzOrder): Promise<FuzzReport> {
  const tally: Tally = {
    accepted: 0,
    examined: 0,
    refusedByRule: {},
    faults: [],
    slowestMs: 0,
    slowest: '',
    peakRssBytes: 0,
  };
  if (order.kind === 'files') {
    for (const path of order.paths) await examine(tally, path, () => readGgufFile(path));
    return { kind: 'report', ...tally };
  }
  const bases = await fuzzBases();
  for (let index = 0; index < order.count; index += 1) {
    const seed = order.seed + index;
    const random = seededRandom(seed);
    const base = bases[index % bases.length];
    if (base === undefined) break;
    const mutant = mutateGguf(base.bytes, base.where, random);
    await examine(tally, `seed ${String(seed)}`, () => readGguf(bufferSource(mutant)));
    if (index % 100 === 0) process.send?.({ kind: 'progress', examined: index } satisfies FuzzProgress);
  }
  return { kind: 'report', ...tally };
}

process.once('message', (order: FuzzOrder) => {
  run(order).then(
    (report) => {
      process.send?.(report, () => {
        process.disconnect();
      });
    },
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
