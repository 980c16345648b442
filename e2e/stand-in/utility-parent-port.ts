import { EventEmitter } from 'node:events';
import type { ParentPort } from 'electron';

// Loaded before the entry of a utility process: gives it `process.parentPort` and takes `process.send` away, so that a
// worker cannot take the way it has in plain Node. The parent's death is not announced: the worker watches for itself.

const send = process.send?.bind(process);
if (send === undefined) throw new Error('started without a channel');

class StandInParentPort extends EventEmitter {
  postMessage(message: unknown): void {
    if (process.connected) send?.(message);
  }
}

const port = new StandInParentPort() satisfies Pick<ParentPort, 'postMessage' | 'emit'>;
process.on('message', (data) => port.emit('message', { data, ports: [] }));
Object.defineProperty(process, 'send', { value: undefined });
Object.defineProperty(process, 'parentPort', { value: port });
