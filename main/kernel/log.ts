import { closeSync, mkdirSync, openSync, renameSync, statSync, writeSync } from 'node:fs';
import { join } from 'node:path';

export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Structured log: one JSON line an entry. Never prompts, answers, passwords or keys. */
export interface Log {
  write(level: LogLevel, message: string, fields?: Record<string, unknown>): void;
  close(): void;
}

const rotateAtBytes = 8 * 1024 * 1024;

/**
 * Log file `modelward.log` in `folder`, moved aside to `modelward.1.log` at 8 MiB. A log that cannot be written (full
 * disk) must not stop the application: lines are then dropped and counted, and the count is written when it works again.
 */
export function openLog(folder: string): Log {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, 'modelward.log');
  let descriptor: number | null = openSync(path, 'a', 0o600);
  let sizeBytes = statSync(path).size;
  let dropped = 0;
  const rotate = (): void => {
    if (descriptor !== null) closeSync(descriptor);
    descriptor = null;
    renameSync(path, join(folder, 'modelward.1.log'));
    descriptor = openSync(path, 'a', 0o600);
    sizeBytes = 0;
  };
  return {
    write(level, message, fields = {}) {
      const line = `${JSON.stringify({ time: new Date().toISOString(), level, message, ...(dropped > 0 ? { dropped } : {}), ...printable(fields) })}\n`;
      try {
        if (sizeBytes > rotateAtBytes) rotate();
        if (descriptor === null) return;
        sizeBytes += writeSync(descriptor, line);
        dropped = 0;
      } catch {
        dropped += 1; // reported with the next line that can be written
      }
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function printable(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      key,
      value instanceof Error ? { name: value.name, message: value.message, stack: value.stack, cause: String(value.cause ?? '') } : value,
    ]),
  );
}

/** For tests and for the time before a data folder is known. */
export function silentLog(): Log {
  return { write: () => undefined, close: () => undefined };
}
