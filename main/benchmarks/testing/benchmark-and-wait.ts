import { createNodeProcessStarter } from '../../kernel/processes/node-process-starter.ts';
import { startTestApplication, testPassword } from '../../testing/test-application.ts';

/**
 * A process to be killed in the middle of a benchmark: opens the data folder given first, measures the version given second for
 * minutes, and prints each phase as it begins with the id of the measuring process.
 */
const [dataFolder = '', versionId = ''] = process.argv.slice(2);
const start = createNodeProcessStarter();
let measuring = 0;
const app = await startTestApplication({
  setUp: false,
  dataFolder,
  changes: {
    startProcess(options) {
      const child = start(options);
      if (options.serviceName === 'modelward-benchmark') measuring = child.processId ?? 0;
      return child;
    },
  },
});
await app.client.accounts.signIn({ password: testPassword });
const events = await app.client.events.subscribe({});
const plan = { promptSizes: [], generationSizes: [500], streams: [], streamPromptTokens: 1, streamOutputTokens: 2, repeats: 50, warmUp: false };
const settings = { backend: 'cpu' as const, gpuLayers: 0, contextSize: 256, parallelSequences: 1, threads: 1 };
await app.client.benchmarks.start({ subject: { kind: 'version', versionId, settings }, plan });
for await (const event of events) {
  if (event.type === 'jobs.progressed') process.stdout.write(`${event.progress.phase} ${measuring}\n`);
}
