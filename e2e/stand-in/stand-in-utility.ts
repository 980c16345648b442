import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { constants } from 'node:os';
import type { Readable } from 'node:stream';
import type { ForkOptions, utilityProcess as real, UtilityProcess } from 'electron';
import { app } from './stand-in-app.ts';

const parentPortShim = new URL('./utility-parent-port.ts', import.meta.url).href;

/** `electron.UtilityProcess`: a Node child that has `process.parentPort` instead of `process.send`. */
class StandInUtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  private readonly child: ChildProcess;

  constructor(modulePath: string, options: ForkOptions) {
    super();
    const [, stdout = 'inherit', stderr = 'inherit'] = Array.isArray(options.stdio) ? options.stdio : [];
    this.child = fork(modulePath, [], {
      execArgv: ['--import', parentPortShim, `--title=${options.serviceName ?? 'Node Utility Process'}`, '--disable-warning=ExperimentalWarning'],
      env: options.env as NodeJS.ProcessEnv,
      serialization: 'advanced',
      stdio: ['ignore', stdout, stderr, 'ipc'],
    });
    this.stdout = this.child.stdout;
    this.stderr = this.child.stderr;
    this.child.on('spawn', () => {
      this.pid = this.child.pid;
      this.emit('spawn');
    });
    this.child.on('message', (message) => this.emit('message', message));
    this.child.on('exit', (code, signal) => {
      this.pid = undefined;
      // As waitpid tells it: the number of the signal, 0x80 more with a core dump.
      this.emit('exit', signal === null ? (code ?? 0) : constants.signals[signal] + (signal === 'SIGABRT' ? 0x80 : 0));
    });
  }
  postMessage(message: unknown): void {
    if (this.child.connected) this.child.send(message as object);
  }
  kill(): boolean {
    return this.child.kill('SIGTERM');
  }
}

export const utilityProcess = {
  fork(modulePath: string, _args: string[] = [], options: ForkOptions = {}) {
    if (!app.isReady()) throw new TypeError('utilityProcess cannot be created before app is ready.');
    return new StandInUtilityProcess(modulePath, options);
  },
} satisfies { fork(...args: Parameters<typeof real.fork>): Pick<UtilityProcess, 'pid' | 'stdout' | 'stderr' | 'postMessage' | 'kill' | 'emit'> };
