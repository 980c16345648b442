import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import type { Application } from '../compose.ts';
import type { Instance } from '../kernel/data-folder/folder-lock.ts';
import { readInstance } from '../kernel/data-folder/folder-lock.ts';
import { writeFileAtomic } from '../kernel/files.ts';
import { createClientGate } from './client-gate.ts';
import { startLoopbackServer } from './loopback-server.ts';
import type { LoopbackServer } from './loopback-server.ts';
import { createStaticFiles } from './static-files.ts';

export interface InstanceOptions {
  application: Application;
  host: Instance['host'];
  /** Folder of the built renderer, or null for a host with a window of its own. */
  rendererFolder: string | null;
  port: number;
}

export interface RunningInstance {
  server: LoopbackServer;
  close(): Promise<void>;
}

/** Opens the door of an instance that owns its data folder and tells in the instance file where it is. Raises PORT_TAKEN. */
export async function openInstance({ application, host, rendererFolder, port }: InstanceOptions): Promise<RunningInstance> {
  const secret = randomBytes(32).toString('base64url');
  const server = await startLoopbackServer({
    application,
    gate: createClientGate(secret),
    files: rendererFolder === null ? null : createStaticFiles(rendererFolder),
    port,
    reportBug: (error, where) => {
      const referenceId = randomBytes(4).toString('hex');
      application.log().write('error', 'unforeseen error', { referenceId, where, error });
      return referenceId;
    },
  });
  const tell = (): void => {
    const instance: Instance = { processId: process.pid, port: server.port, secret, host };
    writeFileAtomic(application.layout().instanceFile, JSON.stringify(instance));
  };
  let toldAt = '';
  const tellWhereItIs = (): void => {
    const path = application.layout().instanceFile;
    if (path === toldAt || application.status('').problem?.code === 'DATA_FOLDER_IN_USE') return;
    if (application.status('').problem?.code === 'DATA_FOLDER_NOT_WRITABLE') return;
    tell();
    toldAt = path;
  };
  tellWhereItIs();
  // The first run may move to another data folder; the file follows.
  const watch = setInterval(tellWhereItIs, 1000);
  watch.unref();
  return {
    server,
    async close() {
      clearInterval(watch);
      await server.close();
      if (toldAt !== '' && readInstance(application.layout())?.secret === secret) rmSync(toldAt, { force: true });
    },
  };
}
