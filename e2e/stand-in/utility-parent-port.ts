import { EventEmitter } from 'node:events';
import { isMainThread } from 'node:worker_threads';
import type { ParentPort } from 'electron';

// Loaded before the entry of a utility process: gives it `process.parentPort` and takes `process.send` away, so that a
// worker cannot take the way it has in plain Node. The parent's death is not announced: the worker watches for itself.

class StandInParentPort extends EventEmitter {
  private readonly send: (message: object) => unknown;

  constructor(send: (message: object) => unknown) {
    super();
    this.send = send;
  }
  postMessage(message: unknown): void {
    if (process.connected) this.send(message as object);
  }
}

// Node loads this into the process's threads too; they have no channel to the parent, here as in Electron.
if (isMainThread) {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('started without a channel');
  const port = new StandInParentPort(send) satisfies Pick<ParentPort, 'postMessage' | 'emit'>;
  process.on('message', (data) => port.emit('message', { data, ports: [] }));
  Object.defineProperty(process, 'send', { value: undefined });
  Object.defineProperty(process, 'parentPort', { value: port });
}
