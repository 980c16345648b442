import { spawn } from 'node:child_process';

/** How a host process ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly ranMs: number;
  /** True when this process was asked to end and passed that on: the ending is no accident. */
  readonly wasAsked: boolean;
}

export interface LaunchRequest {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

const forwarded = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** How often to look whether npm, which started this process, is still there. */
const parentCheckMs = 1_000;

/**
 * Runs a host until it ends, on this process's terminal. Signals go on to it.
 *
 * Ctrl+C in a terminal reaches the whole group, the host included; passing it on again would read as a second, impatient
 * Ctrl+C, so it is passed on only where no terminal is attached. When npm is killed it does not take its script with it:
 * a changed parent therefore ends the host too.
 */
export function launch(request: LaunchRequest): Promise<Ending> {
  const { promise, resolve, reject } = Promise.withResolvers<Ending>();
  const startedAt = performance.now();
  let wasAsked = false;
  const child = spawn(request.command, request.args, { cwd: request.cwd, env: request.env, stdio: 'inherit' });
  const listeners = forwarded.map((signal) => {
    const listener = (): void => {
      wasAsked = true;
      if (signal !== 'SIGINT' || process.stdin.isTTY !== true) child.kill(signal);
    };
    process.on(signal, listener);
    return [signal, listener] as const;
  });
  const parent = process.ppid;
  const parentCheck = setInterval(() => {
    if (process.ppid === parent || wasAsked) return;
    wasAsked = true;
    child.kill('SIGTERM');
  }, parentCheckMs);
  const release = (): void => {
    clearInterval(parentCheck);
    for (const [signal, listener] of listeners) process.off(signal, listener);
  };
  child.on('error', (error) => {
    release();
    reject(error);
  });
  child.on('exit', (code, signal) => {
    release();
    resolve({ code, signal, ranMs: performance.now() - startedAt, wasAsked });
  });
  return promise;
}

const signalNumbers: Partial<Record<NodeJS.Signals, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/** The exit code a shell would report for this ending. */
export function exitCodeOf(ending: Ending): number {
  if (ending.code !== null) return ending.code;
  return 128 + (ending.signal === null ? 0 : (signalNumbers[ending.signal] ?? 0));
}
