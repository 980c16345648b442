import { LOG_LEVEL } from './llama-library.ts';
import type { LlamaLibrary } from './llama-library.ts';

/** llama.cpp's log put together into lines again, because it writes some of them in pieces. */
export interface NativeLog {
  /** The worst of the last lines: errors where there were any, else warnings, else nothing. */
  lastWords(): string;
  /** Every line is handed on as it ends. */
  onLine(listener: (line: { level: number; text: string }) => void): void;
}

const keptLines = 20;

export function listenToLog(library: LlamaLibrary): NativeLog {
  const errors: string[] = [];
  const warnings: string[] = [];
  let listener: (line: { level: number; text: string }) => void = () => undefined;
  let pending = '';
  let level: number = LOG_LEVEL.info;
  const keep = (list: string[], text: string): void => {
    list.push(text);
    if (list.length > keptLines) list.shift();
  };
  const ended = (text: string): void => {
    if (text.trim() === '') return;
    if (level === LOG_LEVEL.error) keep(errors, text.trim());
    if (level === LOG_LEVEL.warn) keep(warnings, text.trim());
    listener({ level, text });
  };
  library.onLog((nextLevel, text) => {
    // A piece of another level begins in the middle of a line when a warning interrupts it: the line keeps the worse of both.
    if (nextLevel !== LOG_LEVEL.continued) level = pending === '' ? nextLevel : Math.max(level, nextLevel);
    pending += text;
    for (let end = pending.indexOf('\n'); end !== -1; end = pending.indexOf('\n')) {
      ended(pending.slice(0, end));
      pending = pending.slice(end + 1);
    }
  });
  return {
    lastWords: () => (errors.length > 0 ? errors : warnings).slice(-3).join('\n'),
    onLine(next) {
      listener = next;
    },
  };
}
