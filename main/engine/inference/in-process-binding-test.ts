import { EventEmitter } from 'node:events';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename } from 'node:path';

const TEST_FILE_PREFIX = 'testBindingBinary';

/**
 * Before loading its native library node-llama-cpp forks a process that loads it once, so that a library that crashes
 * takes only that process down. A process of ours that exists only to load llama.cpp is such a process already. The fork
 * also costs a quarter of a second on every start, and in Electron it cannot work at all: a utility process has no
 * `utilityProcess.fork`, and with the runAsNode fuse off `child_process.fork` would start the application again.
 *
 * So the one fork of that one file is answered here with "it loads". Every other fork goes through untouched. To be
 * called before node-llama-cpp is imported, and only in a process that may die; afterwards compare `llama.gpu` with what
 * was asked, which the skipped test would have done.
 */
export function skipBindingTestProcess(): void {
  const childProcess = createRequire(import.meta.url)('node:child_process') as { fork: (...parameters: unknown[]) => unknown };
  const realFork = childProcess.fork;
  childProcess.fork = (...parameters) => {
    const [modulePath] = parameters;
    if (typeof modulePath === 'string' && basename(modulePath).startsWith(TEST_FILE_PREFIX)) return new PassedTest();
    return realFork.apply(childProcess, parameters);
  };
  syncBuiltinESMExports();
}

/** Speaks the child's side of testBindingBinary.js: ready → (start) loaded → (test) done → (exit) exit code 0. */
class PassedTest extends EventEmitter {
  readonly stdout = null;
  readonly stderr = null;
  readonly killed = false;
  exitCode: number | null = null;

  constructor() {
    super();
    setImmediate(() => this.emit('message', { type: 'ready' }));
  }

  send(message: { type: string }): boolean {
    setImmediate(() => {
      if (message.type === 'start') this.emit('message', { type: 'loaded' });
      else if (message.type === 'test') this.emit('message', { type: 'done' });
      else if (message.type === 'exit') this.end();
    });
    return true;
  }

  kill(): boolean {
    this.end();
    return true;
  }

  private end(): void {
    if (this.exitCode !== null) return;
    this.exitCode = 0;
    this.emit('exit', 0, null);
  }
}
