import { createRouterClient } from '@orpc/server';
import { createApplication } from '../compose.ts';
import type { Application } from '../compose.ts';
import { createHardwareService } from '../engine/hardware/hardware.service.ts';
import type { HostPorts } from '../host-ports.ts';
import type { Keychain } from '../kernel/data-folder/key-file.ts';
import { createNodeProcessStarter } from '../kernel/processes/node-process-starter.ts';
import { resolveWorkerSource } from '../kernel/processes/resolve-worker.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import type { Client } from '../transport/instance-client.ts';

/** What this machine can compute with does not change between the tests of a file: the drivers are really asked, once. */
const hardware = createHardwareService({ startProcess: createNodeProcessStarter(), resolveWorker: resolveWorkerSource });

export const testPassword = 'a long sentence nobody says';

export interface TestApplication {
  application: Application;
  /** In process, as client "test". */
  client: Client;
  /** Another client of the same application, with a session of its own or none. */
  clientNamed(clientId: string): Client;
  dataFolder: string;
  /** Ends it and starts another one on the same data folder. */
  restart(changes?: Partial<HostPorts>): Promise<void>;
  dispose(): Promise<void>;
}

export interface TestApplicationOptions {
  /** Makes the first person, Ada, and signs her in. On by default. */
  setUp?: boolean;
  keychain?: Keychain | null;
  /** A data folder that already exists; made and removed otherwise. */
  dataFolder?: string;
  changes?: Partial<HostPorts>;
}

/** The whole application with real processes, a real database and no transport, in a data folder of its own. */
export async function startTestApplication({ setUp = true, keychain = null, dataFolder, changes = {} }: TestApplicationOptions = {}): Promise<TestApplication> {
  const folder = dataFolder === undefined ? temporaryFolder('app') : { path: dataFolder, remove: () => undefined };
  const make = (more: Partial<HostPorts>): Application =>
    createApplication({
      host: 'console',
      appVersion: '0.0.0-test',
      startProcess: createNodeProcessStarter(),
      resolveWorker: resolveWorkerSource,
      keychain,
      chooseFile: null,
      saveFile: null,
      systemLanguage: 'en',
      fixedDataFolder: folder.path,
      servesModels: false,
      commandLine: null,
      ...(changes.startProcess === undefined && changes.resolveWorker === undefined ? { hardware } : {}),
      ...changes,
      ...more,
    });
  const clientOf = (application: Application, clientId: string): Client =>
    createRouterClient(application.router, { context: { clientId, source: { host: 'console', address: '127.0.0.1' } } });

  const application = make({});
  await application.start();
  const test: TestApplication = {
    application,
    client: clientOf(application, 'test'),
    clientNamed: (clientId) => clientOf(test.application, clientId),
    dataFolder: folder.path,
    async restart(more = {}) {
      await test.application.dispose();
      test.application = make(more);
      await test.application.start();
      test.client = clientOf(test.application, 'test');
    },
    async dispose() {
      await test.application.dispose();
      folder.remove();
    },
  };
  if (setUp) await test.client.system.setUp({ language: 'en', dataFolder: folder.path, name: 'Ada', password: testPassword });
  return test;
}

/** Polls until `look` gives something; for states that announce themselves only by events. */
export async function until<Value>(look: () => Promise<Value | null | undefined | false>, timeoutMs = 45_000): Promise<Value> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (value !== null && value !== undefined && value !== false) return value;
    if (Date.now() > deadline) throw new Error(`not within ${timeoutMs} ms: ${String(look)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Imports a file and answers the model's id. Throws the job's error as `CODE data`. */
export async function importModel(client: Client, path: string, name: string): Promise<string> {
  const { jobId } = await client.models.import({ source: { kind: 'path', path }, target: { kind: 'new-model', name }, notes: '' });
  const job = await until(async () => {
    const view = await client.jobs.get({ jobId });
    return view.state === 'queued' || view.state === 'running' ? null : view;
  }, 60_000);
  if (job.state !== 'succeeded' || job.result === null) throw new Error(`${job.state} ${JSON.stringify(job.error)}`);
  return job.result.objectId;
}
