import { constants } from 'node:os';
import type { ForkOptions, UtilityProcess } from 'electron';
import type { ChildExit, ChildProcessHandle, ProcessStarter, StartOptions } from '../kernel/processes/process-starter.ts';
import { PARENT_PROCESS_ID_VARIABLE } from '../kernel/processes/parent-watchdog.ts';

/** How much of a child's stderr is kept. */
const STDERR_TAIL_CHARACTERS = 8 * 1024;
/** How long the exit is held back for the rest of stderr: native asserts speak just before the end. */
const STDERR_DRAIN_MS = 200;

type Fork = (modulePath: string, args: string[], options: ForkOptions) => UtilityProcess;

/**
 * Starts children with Electron's `utilityProcess`: the fuses forbid an Electron binary to run as Node, so `fork` would
 * start a second window. Takes `utilityProcess.fork`; usable once the app is ready. Children that hang are killed here,
 * and each watches this process by itself as in plain Node (parent-watchdog.ts).
 */
export function createUtilityProcessStarter(fork: Fork): ProcessStarter {
  return (start) => handleOf(start, fork(start.entryPath, [], forkOptions(start)));
}

function forkOptions(start: StartOptions): ForkOptions {
  return {
    serviceName: start.serviceName,
    env: { ...definedEnvironment(), ...start.environment, [PARENT_PROCESS_ID_VARIABLE]: String(process.pid) },
    stdio: ['ignore', 'ignore', 'pipe'],
    // llama.cpp's Metal libraries are signed by their maker, not by us.
    ...(process.platform === 'darwin' ? { allowLoadingUnsignedLibraries: true } : {}),
  };
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

function handleOf(start: StartOptions, child: UtilityProcess): ChildProcessHandle {
  const exitListeners: ((exit: ChildExit) => void)[] = [];
  let processId: number | undefined;
  let stderrTail = '';
  let ended = false;
  let told: ChildExit | null = null;
  let killWanted = false;

  const keep = (text: string): void => {
    stderrTail = (stderrTail + text).slice(-STDERR_TAIL_CHARACTERS);
  };
  const kill = (): void => {
    if (ended) return;
    killWanted = true;
    // Before it was spawned there is nothing to signal; `kill()` of Electron asks politely, which a hanging child ignores.
    if (processId === undefined) return;
    try {
      process.kill(processId, 'SIGKILL');
    } catch (error) {
      keep(`${start.serviceName} could not be killed: ${String(error)}\n`);
    }
  };

  child.on('spawn', () => {
    processId = child.pid;
    if (killWanted) kill();
  });
  child.stderr?.on('data', (chunk: Buffer) => keep(chunk.toString()));
  child.on('error', (type, location) => keep(`${type} in ${location}\n`));
  child.on('exit', (code) => {
    ended = true;
    setTimeout(() => {
      told = exitOf(code, killWanted);
      for (const listener of exitListeners) listener(told);
    }, STDERR_DRAIN_MS);
  });

  return {
    get processId() {
      return processId;
    },
    send(message) {
      if (!ended) child.postMessage(message);
    },
    onMessage: (listener) => void child.on('message', listener),
    onExit(listener) {
      if (told === null) {
        exitListeners.push(listener);
        return;
      }
      const exit = told;
      queueMicrotask(() => listener(exit));
    },
    kill,
    stderrTail: () => stderrTail,
  };
}

/** Signals that end a process from outside or by its own fault; others cannot be told from small exit codes. */
const deadlySignals = ['SIGKILL', 'SIGABRT', 'SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGTRAP', 'SIGTERM'] as const;
const coreDumped = 0x80;

/**
 * What Electron's exit code says. A child that ended by itself reports its code; for one that a signal ended, POSIX
 * systems give the raw status of waitpid: the signal's number, plus 0x80 with a core dump (electron/electron,
 * shell/browser/api/electron_api_utility_process.cc, HandleTermination).
 */
export function exitOf(code: number, wasKilled: boolean, platform: NodeJS.Platform = process.platform): ChildExit {
  if (wasKilled) return { code: null, signal: 'SIGKILL' };
  if (platform === 'win32') return { code, signal: null };
  const number = code > coreDumped ? code - coreDumped : code;
  const signal = deadlySignals.find((name) => constants.signals[name] === number);
  return signal === undefined ? { code, signal: null } : { code: null, signal };
}
