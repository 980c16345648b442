import { startTestApplication, testPassword } from './test-application.ts';

/**
 * A process to be killed in the middle of quantizing: opens the data folder given first, quantizes the version given second with
 * the importance matrix given third to IQ2_XXS, and prints each phase as it begins.
 */
const [dataFolder = '', versionId = '', importanceMatrixId = ''] = process.argv.slice(2);
const app = await startTestApplication({ setUp: false, dataFolder });
await app.client.accounts.signIn({ password: testPassword });
const events = await app.client.events.subscribe({});
void (async () => {
  for await (const event of events) if (event.type === 'jobs.progressed') process.stdout.write(`${event.progress.phase}\n`);
})();
await app.client.quantization.quantize({ versionId, type: 'IQ2_XXS', options: { importanceMatrixId }, evaluate: false });
