import { importModel, startTestApplication, testPassword } from './test-application.ts';

/**
 * A process to be killed in the middle of an import: opens the data folder given first, imports the file given second and
 * prints each phase as it begins.
 */
const [dataFolder = '', path = ''] = process.argv.slice(2);
const app = await startTestApplication({ setUp: false, dataFolder });
await app.client.accounts.signIn({ password: testPassword });
const events = await app.client.events.subscribe({});
void (async () => {
  for await (const event of events) {
    if (event.type === 'jobs.progressed') process.stdout.write(`${event.progress.phase}\n`);
  }
})();
await importModel(app.client, path, 'Large');
await app.dispose();
