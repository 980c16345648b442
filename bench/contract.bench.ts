import { createORPCClient } from '@orpc/client';
import { RPCLink as PortLink } from '@orpc/client/message-port';
import { RPCHandler as PortHandler } from '@orpc/server/message-port';
import { MessageChannel } from 'node:worker_threads';
import { readInstance } from '../main/kernel/data-folder/folder-lock.ts';
import { startTestApplication } from '../main/testing/test-application.ts';
import { connectToInstance } from '../main/transport/instance-client.ts';
import type { Client } from '../main/transport/instance-client.ts';
import { openInstance } from '../main/transport/instance.ts';
import { figure, quantile } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 5;
const callsPerRound = 2000;

/** Round trip of a small call that needs a session, sequentially, over each transport: median and 99th percentile in ms. */
export async function benchContract(): Promise<Figure[]> {
  const test = await startTestApplication();
  const instance = await openInstance({ application: test.application, host: 'console', rendererFolder: null, port: 0 });
  const told = readInstance(test.application.layout());
  const socket = told === null ? null : await connectToInstance(told);
  if (socket === null) throw new Error('the instance does not answer');
  const { port1, port2 } = new MessageChannel();
  new PortHandler(test.application.router).upgrade(port1, { context: { clientId: 'test', source: { host: 'desktop', address: '' } } });
  port1.start();
  port2.start();
  const overPort = createORPCClient<Client>(new PortLink({ port: port2 }));
  await socket.client.accounts.signIn({ password: 'a long sentence nobody says' });
  try {
    const figures: Figure[] = [];
    const runs = { port: { p50: [] as number[], p99: [] as number[] }, socket: { p50: [] as number[], p99: [] as number[] } };
    for (let round = 0; round <= rounds; round++) {
      for (const [name, client] of [['port', overPort], ['socket', socket.client]] as const) {
        const times: number[] = [];
        for (let call = 0; call < callsPerRound; call++) {
          const start = performance.now();
          await client.jobs.list({});
          times.push(performance.now() - start);
        }
        times.sort((a, b) => a - b);
        if (round === 0) continue; // warm-up
        runs[name].p50.push(quantile(times, 0.5));
        runs[name].p99.push(quantile(times, 0.99));
      }
    }
    const aim = { words: '< 1 ms', met: (median: number) => median < 1 };
    figures.push(figure({ name: 'contract round trip, MessagePort, p50', unit: 'ms', runs: runs.port.p50, aim }));
    figures.push(figure({ name: 'contract round trip, MessagePort, p99', unit: 'ms', runs: runs.port.p99 }));
    figures.push(figure({ name: 'contract round trip, WebSocket, p50', unit: 'ms', runs: runs.socket.p50, aim }));
    figures.push(figure({ name: 'contract round trip, WebSocket, p99', unit: 'ms', runs: runs.socket.p99 }));
    return figures;
  } finally {
    port1.close();
    socket.close();
    await instance.close();
    await test.dispose();
  }
}
