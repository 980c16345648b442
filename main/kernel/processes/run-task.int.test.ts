import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { createNodeProcessStarter } from './node-process-starter.ts';
import type { ChildProcessHandle, ProcessStarter } from './process-starter.ts';
import { runTask } from './run-task.ts';
import type { TaskMessage } from './run-task.ts';
import { hasEnded } from './testing/living.ts';

const entryPath = join(import.meta.dirname, 'testing', 'task-of-every-kind.ts');
const started: ChildProcessHandle[] = [];
const starter = createNodeProcessStarter();
const startProcess: ProcessStarter = (options) => {
  const child = starter(options);
  started.push(child);
  return child;
};

function run(act: string, { signal = new AbortController().signal, silenceLimitMs = 10_000, onMessage = (_: TaskMessage) => undefined as void } = {}) {
  return runTask({ startProcess, entryPath, serviceName: 'test task', request: { act }, resultSchema: z.object({ answer: z.number() }), signal, silenceLimitMs, onMessage });
}

describe('a task in a disposable process', () => {
  it('reports phases and progress, answers, and is gone', async () => {
    const heard: TaskMessage[] = [];
    await expect(run('answer', { onMessage: (message) => void heard.push(message) })).resolves.toEqual({ answer: 42 });
    expect(heard).toEqual([
      { kind: 'phase', phase: 'counting', detail: '' },
      { kind: 'progress', done: 1, total: 2, unit: 'steps', detail: 'the first' },
    ]);
    expect(await hasEnded(started.at(-1)?.processId ?? 0, 5000)).toBe(true);
  });

  it('is told more while it works, and gives what it makes in parts', async () => {
    const parts: unknown[] = [];
    const task = { startProcess, entryPath, serviceName: 'test task', request: { act: 'converse' }, resultSchema: z.object({ answer: z.number() }), signal: new AbortController().signal, silenceLimitMs: 10_000 };
    await expect(runTask({ ...task, onStarted: (tell) => tell('a word'), onChunk: (part) => void parts.push(part) })).resolves.toEqual({ answer: 7 });
    expect(parts).toEqual([{ heard: 'a word' }, 'and more']);
    const refused = new TypeError('not taken');
    const onChunk = (): void => {
      throw refused;
    };
    await expect(runTask({ ...task, onStarted: (tell) => tell('a word'), onChunk })).rejects.toBe(refused);
  });

  it('hands over a refusal with code and data', async () => {
    await expect(run('refuse')).rejects.toMatchObject({ code: 'PATH_NOT_FOUND', data: { path: 'nowhere' } });
  });

  it('calls a mistake a mistake, with its stack', async () => {
    await expect(run('break')).rejects.toThrow(/TypeError: a mistake of ours[\s\S]*task-of-every-kind/);
  });

  it('names a process that died, with its last words', async () => {
    await expect(run('die')).rejects.toThrow(/test task died \(code 7[\s\S]*last words/);
  });

  it('does not take an answer of the wrong shape', async () => {
    await expect(run('anything else')).rejects.toThrow();
  });

  it('ends one that falls silent', async () => {
    await expect(run('hang', { silenceLimitMs: 700 })).rejects.toThrow(/fell silent/);
  });

  it('asks to stop, and says cancelled', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 300);
    await expect(run('wait', { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('kills one that does not stop when asked', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 500);
    await expect(run('ignore-stop', { signal: abort.signal })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  it('starts nothing when it is cancelled already', async () => {
    const before = started.length;
    await expect(run('answer', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(started.length).toBe(before);
  });
});
