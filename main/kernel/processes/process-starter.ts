/**
 * The port through which every child process is started. Two starters exist: `child_process.fork` in plain Node and
 * `utilityProcess` in Electron (whose fuses forbid running as Node). Whoever supervises a child does not know which.
 */
export interface ChildExit {
  /** Exit code, or null when a signal ended it. */
  code: number | null;
  signal: string | null;
}

export interface ChildProcessHandle {
  /** Undefined until the operating system has given one. */
  readonly processId: number | undefined;
  /** Structured message to the child; silently dropped once the child has exited. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called exactly once, also when the child could not be started at all (code null, signal null). */
  onExit(listener: (exit: ChildExit) => void): void;
  /** Ends the child at once (SIGKILL or its equivalent); the exit is reported by onExit. */
  kill(): void;
  /** The last few kilobytes the child wrote to stderr: native asserts speak there. */
  stderrTail(): string;
}

export interface StartOptions {
  /** Absolute path of the worker's entry file. */
  entryPath: string;
  /** Name shown in process lists and logs. */
  serviceName: string;
  /** Added to the inherited environment. */
  environment?: Record<string, string>;
}

export type ProcessStarter = (options: StartOptions) => ChildProcessHandle;

/** The worker entries of the house: `<name>.worker.ts` in the sources, `dist/main/workers/<name>.worker.js` when built. */
export type WorkerName = 'inference' | 'model-import' | 'template-check' | 'hardware-probe' | 'audit-verify' | 'audit-query' | 'adapter-import' | 'quantize' | 'measure' | 'benchmark' | 'training' | 'data-import';
/** Where a host keeps its worker entries; absolute path. */
export type WorkerResolver = (name: WorkerName) => string;
