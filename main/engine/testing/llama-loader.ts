import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { LoadMessage } from './llama-load-child.ts';

const CHILD = fileURLToPath(new URL('./llama-load-child.ts', import.meta.url));
/** A tiny model loads in about 10 ms; starting the child takes most of a second. */
const HANG_MS = 10_000;

export interface LoadOutcome {
  readonly path: string;
  readonly verdict: 'accepted' | 'refused' | 'crashed' | 'hung';
  /** What llama.cpp said, the signal it died of, or nothing. */
  readonly reason: string;
}

/** What llama.cpp itself makes of each file. A process that dies or hangs costs only itself: the next one goes on behind. */
export async function loadWithLlama(paths: readonly string[]): Promise<LoadOutcome[]> {
  const outcomes: LoadOutcome[] = [];
  while (outcomes.length < paths.length) {
    const before = outcomes.length;
    await loadBatch(paths.slice(before), outcomes);
    if (outcomes.length === before) throw new Error('llama.cpp could not be started');
  }
  return outcomes;
}

function loadBatch(paths: readonly string[], outcomes: LoadOutcome[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(CHILD, {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      execArgv: ['--no-warnings'],
      // Otherwise a failed assert starts a debugger for its backtrace, which takes a second.
      env: { ...process.env, GGML_NO_BACKTRACE: '1' },
    });
    let current = -1;
    let hasHung = false;
    let errors = '';
    const onHang = (): void => {
      hasHung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(onHang, HANG_MS);
    child.stderr?.on('data', (data: Buffer) => {
      errors = (errors + data.toString('utf8')).slice(-2000);
    });
    child.on('message', (message: LoadMessage) => {
      clearTimeout(timer);
      timer = setTimeout(onHang, HANG_MS);
      if (message.kind === 'begin') {
        current = message.index;
        errors = '';
        return;
      }
      outcomes.push({
        path: paths[message.index] ?? '',
        verdict: message.accepted ? 'accepted' : 'refused',
        reason: message.reason,
      });
      current = -1;
    });
    child.on('error', reject);
    // 'close' and not 'exit': by then the last words of a dying process have been read.
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (current !== -1) {
        outcomes.push({
          path: paths[current] ?? '',
          verdict: hasHung ? 'hung' : 'crashed',
          reason: /GGML_ASSERT.*|.*what\(\).*/.exec(errors)?.[0] ?? `${String(code)} ${String(signal)}`,
        });
        resolve();
        return;
      }
      if (code === 0) resolve();
      else reject(new Error(`llama.cpp's process ended (${String(code)} ${String(signal)}): ${errors}`));
    });
    child.send([...paths]);
  });
}
