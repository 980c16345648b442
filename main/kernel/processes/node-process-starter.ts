import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { ChildExit, ChildProcessHandle, ProcessStarter, StartOptions } from './process-starter.ts';
import { PARENT_PROCESS_ID_VARIABLE } from './parent-watchdog.ts';

/** How much of a child's stderr is kept. */
const STDERR_TAIL_CHARACTERS = 8 * 1024;
/** How long the exit is held back for the rest of stderr: a grandchild that inherited the pipe must not hold it for ever. */
const STDERR_DRAIN_MS = 200;

/**
 * Half of what V8 sets aside for objects that live a moment, in MiB. Left alone it takes up to 64, twice: an engine that writes many short answers grew from
 * 129 to 295 MB in ten minutes with 28 MB in use (soak.nightly.test.ts), and stays at 179 with this.
 */
const NURSERY_MIB = 16;

export interface NodeProcessStarterOptions {
  /** Receives what children write to stdout and stderr, for the log. Without it stdout is not even opened. */
  onOutput?: (serviceName: string, text: string) => void;
}

/**
 * Starts children with `child_process.fork`: the starter of the console host, the command line and the tests. Messages
 * travel as JSON (measured cheaper than structured cloning for short texts). Children are killed when this process exits
 * in an orderly way; for every other death of this process each child watches its parent itself (parent-watchdog.ts).
 */
export function createNodeProcessStarter(options: NodeProcessStarterOptions = {}): ProcessStarter {
  const living = new Set<ChildProcess>();
  const killAll = (): void => {
    for (const child of living) if (child.pid !== undefined) child.kill('SIGKILL');
  };
  return (start) => {
    const child = fork(start.entryPath, [], {
      // Nothing of our own execArgv: a debugger port or a loader of a test runner is not the child's business.
      execArgv: [`--title=${start.serviceName}`, '--disable-warning=ExperimentalWarning', `--max-semi-space-size=${NURSERY_MIB}`],
      env: { ...process.env, ...start.environment, [PARENT_PROCESS_ID_VARIABLE]: String(process.pid) },
      serialization: 'json',
      stdio: ['ignore', options.onOutput === undefined ? 'ignore' : 'pipe', 'pipe', 'ipc'],
    });
    if (living.size === 0) process.on('exit', killAll);
    living.add(child);
    return handleOf(child, start, {
      onOutput: options.onOutput,
      onGone: () => {
        living.delete(child);
        if (living.size === 0) process.off('exit', killAll);
      },
    });
  };
}

interface HandleHooks {
  onOutput: NodeProcessStarterOptions['onOutput'];
  onGone: () => void;
}

function handleOf(child: ChildProcess, start: StartOptions, hooks: HandleHooks): ChildProcessHandle {
  const exitListeners: ((exit: ChildExit) => void)[] = [];
  let stderrTail = '';
  let exit: ChildExit | null = null;
  let told = false;
  let drainTimer: NodeJS.Timeout | null = null;

  const tell = (): void => {
    if (told || exit === null) return;
    told = true;
    if (drainTimer !== null) clearTimeout(drainTimer);
    child.stderr?.destroy();
    child.stdout?.destroy();
    for (const listener of exitListeners) listener(exit);
  };
  const gone = (ended: ChildExit, wait: boolean): void => {
    if (exit !== null) return;
    exit = ended;
    hooks.onGone();
    if (wait) drainTimer = setTimeout(tell, STDERR_DRAIN_MS);
    else tell();
  };
  const keep = (chunk: Buffer | string): void => {
    const text = chunk.toString();
    stderrTail = (stderrTail + text).slice(-STDERR_TAIL_CHARACTERS);
    hooks.onOutput?.(start.serviceName, text);
  };

  child.stderr?.setEncoding('utf8').on('data', keep);
  child.stdout?.setEncoding('utf8').on('data', (chunk: Buffer | string) => hooks.onOutput?.(start.serviceName, chunk.toString()));
  child.on('exit', (code, signal) => gone({ code, signal }, true));
  child.on('close', tell);
  child.on('error', (error) => {
    keep(`${error.message}\n`);
    // "error" also reports a message or a signal that could not be delivered; only without a pid was nothing started.
    if (child.pid === undefined) gone({ code: null, signal: null }, false);
  });

  return {
    get processId() {
      return child.pid;
    },
    send(message) {
      if (exit !== null || !child.connected) return;
      child.send(message as object, (error) => {
        if (error !== null) keep(`message not delivered: ${error.message}\n`);
      });
    },
    onMessage(listener) {
      child.on('message', listener);
    },
    onExit(listener) {
      if (told && exit !== null) {
        const ended = exit;
        queueMicrotask(() => listener(ended));
      } else exitListeners.push(listener);
    },
    kill() {
      // Without a process id nothing was started, and Node would signal whatever number lies there (0: our own process group).
      if (exit === null && child.pid !== undefined) child.kill('SIGKILL');
    },
    stderrTail: () => stderrTail,
  };
}
