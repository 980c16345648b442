import { createRouterClient } from '@orpc/server';
import { createApplication } from '../compose.ts';
import { nodeHostPorts } from '../console/index.ts';
import { readInstance } from '../kernel/data-folder/folder-lock.ts';
import { layoutOf } from '../kernel/data-folder/layout.ts';
import { chosenDataFolder } from '../kernel/data-folder/location.ts';
import { connectToInstance } from '../transport/instance-client.ts';
import type { Client } from '../transport/instance-client.ts';

export interface OpenClient {
  client: Client;
  /** True when a running instance answers; false when this process opened the data folder itself. */
  remote: boolean;
  close(): Promise<void>;
}

const clientId = 'cli_here';

/** Speaks to the instance that runs on the data folder, or opens the folder itself where none does. */
export async function openClient(dataFolder: string | null): Promise<OpenClient> {
  const ports = nodeHostPorts({ host: 'cli', dataFolder, servesModels: false });
  const running = readInstance(layoutOf(ports.fixedDataFolder ?? chosenDataFolder()));
  const connection = running === null ? null : await connectToInstance(running);
  if (connection !== null) {
    return {
      client: connection.client,
      remote: true,
      close: () => {
        connection.close();
        return Promise.resolve();
      },
    };
  }
  const application = createApplication(ports);
  await application.start();
  const client: Client = createRouterClient(application.router, { context: { clientId, source: { host: 'cli', address: '' } } });
  return { client, remote: false, close: () => application.dispose() };
}
