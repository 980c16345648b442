import { startTestApplication, testPassword } from '../../testing/test-application.ts';
import { QUICK_SETTINGS } from './training-fixture.ts';

/**
 * A process to be killed in the middle of a training: opens the data folder given first, trains the version given second on the data set
 * version given third for so many epochs and evaluations an epoch, and prints the run's id, then each step its checkpoints reach.
 */
const [dataFolder = '', versionId = '', datasetVersionId = '', epochs = '', evaluations = ''] = process.argv.slice(2);
const app = await startTestApplication({ setUp: false, dataFolder });
await app.client.accounts.signIn({ password: testPassword });
const events = await app.client.events.subscribe({});
const { runId } = await app.client.training.start({ versionId, datasetVersionId, mode: { kind: 'new' }, settings: { ...QUICK_SETTINGS, epochs: Number(epochs), evaluationsPerEpoch: Number(evaluations) } });
process.stdout.write(`run ${runId}\n`);
for await (const event of events) {
  if (event.type !== 'training.changed') continue;
  const { checkpointStep } = await app.client.training.get({ runId });
  if (checkpointStep !== null) process.stdout.write(`step ${checkpointStep}\n`);
}
