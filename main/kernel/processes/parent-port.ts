import { watchParent } from './parent-watchdog.ts';

/** The child's side of the conversation with whoever started it; the same in plain Node and in Electron. */
export interface ParentPort {
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Ends this process once what was sent is on its way. */
  exit(code: number): void;
}

/** What `process.parentPort` is inside Electron's utilityProcess. */
interface UtilityParentPort {
  postMessage(message: unknown): void;
  on(event: 'message', listener: (event: { data: unknown }) => void): void;
}

/**
 * Opens the channel to the parent and ties this process's life to it: the process exits when the channel closes, and a
 * watchdog thread ends it when the parent is dead and the main thread cannot notice.
 * Throws when this process was not started as a child.
 */
export function openParentPort(): ParentPort {
  const utilityPort = (process as unknown as { parentPort?: UtilityParentPort }).parentPort;
  watchParent();
  return utilityPort === undefined ? nodePort() : electronPort(utilityPort);
}

function nodePort(): ParentPort {
  const send = process.send?.bind(process);
  if (send === undefined) throw new Error('This file is the entry of a worker process: it is started by the application, not by hand.');
  let pending = 0;
  let exitCode: number | null = null;
  const settled = (): void => {
    pending -= 1;
    if (pending === 0 && exitCode !== null) process.exit(exitCode);
  };
  process.on('disconnect', () => process.exit(0));
  return {
    send(message) {
      if (!process.connected) return;
      pending += 1;
      // The only failure is a parent that has gone, which "disconnect" answers.
      send(message, undefined, undefined, settled);
    },
    onMessage: (listener) => void process.on('message', listener),
    exit(code) {
      exitCode = code;
      if (pending === 0) process.exit(code);
    },
  };
}

/** Messages of a utility process are handed to the browser process by another thread: one turn of the loop is enough. */
const ELECTRON_SEND_MS = 50;

function electronPort(port: UtilityParentPort): ParentPort {
  return {
    send: (message) => port.postMessage(message),
    onMessage: (listener) => port.on('message', (event) => listener(event.data)),
    exit: (code) => void setTimeout(() => process.exit(code), ELECTRON_SEND_MS),
  };
}
