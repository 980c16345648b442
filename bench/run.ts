import { writeFileSync } from 'node:fs';
import { availableParallelism, cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { printFigure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

/**
 * `npm run bench [-- --json] [-- --only start,contract,import,deploy,benchmark,tune,quantize,training,gateway,audit]`: measures what the house promises about
 * speed and prints it; with --json also writes bench-results.json. Comparisons are taken in turn within one run, because
 * machines drift. A benchmark, not a test: a missed aim is said, not failed.
 */
const benches: Record<string, () => Promise<Figure[]>> = {
  start: async () => (await import('./start.bench.ts')).benchStart(),
  contract: async () => (await import('./contract.bench.ts')).benchContract(),
  import: async () => (await import('./import.bench.ts')).benchImport(),
  deploy: async () => (await import('./deploy.bench.ts')).benchDeploy(),
  benchmark: async () => (await import('./benchmark.bench.ts')).benchBenchmark(),
  tune: async () => (await import('./tune.bench.ts')).benchTune(),
  quantize: async () => (await import('./quantize.bench.ts')).benchQuantize(),
  training: async () => (await import('./training.bench.ts')).benchTraining(),
  gateway: async () => (await import('./gateway.bench.ts')).benchGateway(),
  audit: async () => (await import('./audit.bench.ts')).benchAudit(),
};

const { values } = parseArgs({ options: { json: { type: 'boolean' }, only: { type: 'string' } } });
const wanted = values.only === undefined ? Object.keys(benches) : values.only.split(',');
const machine = { cpu: cpus()[0]?.model ?? '', cores: availableParallelism(), memoryBytes: totalmem(), node: process.version, platform: process.platform };
process.stdout.write(`${machine.cpu}, ${machine.cores} cores, Node ${machine.node}, ${machine.platform}\n\n`);
const figures: Figure[] = [];
for (const name of wanted) {
  const bench = benches[name];
  if (bench === undefined) throw new Error(`there is no benchmark "${name}": ${Object.keys(benches).join(', ')}`);
  for (const measured of await bench()) {
    figures.push(measured);
    printFigure(measured);
  }
}
if (values.json === true) {
  writeFileSync('bench-results.json', `${JSON.stringify({ takenAt: new Date().toISOString(), machine, figures }, null, 2)}\n`);
  process.stdout.write('\nwritten to bench-results.json\n');
}
