import { spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import type { ForkOptions, UtilityProcess } from 'electron';
import { expect, it } from 'vitest';
import type { ChildExit } from '../kernel/processes/process-starter.ts';
import { createUtilityProcessStarter } from './utility-process-starter.ts';

/** What Electron would give, with the options it was asked with; the process behind it is real where one is needed. */
class FakeUtilityProcess extends EventEmitter {
  pid: number | undefined;
  readonly stderr = new PassThrough();
  readonly sent: unknown[] = [];
  options: ForkOptions = {};
  postMessage(message: unknown): void {
    this.sent.push(message);
  }
}

function start() {
  const fake = new FakeUtilityProcess();
  const starter = createUtilityProcessStarter((_path, _args, options) => {
    fake.options = options;
    return fake as unknown as UtilityProcess;
  });
  return { fake, child: starter({ entryPath: '/worker.js', serviceName: 'engine', environment: { EXTRA: '1' } }) };
}

const exitOf = (child: { onExit(listener: (exit: ChildExit) => void): void }): Promise<ChildExit> => new Promise((resolve) => child.onExit(resolve));

it('hands over its process id for the watchdog, and listens to stderr alone', () => {
  const { fake } = start();
  expect(fake.options).toMatchObject({ serviceName: 'engine', stdio: ['ignore', 'ignore', 'pipe'], env: { EXTRA: '1', MODELWARD_PARENT_PROCESS_ID: String(process.pid) } });
  expect(Object.values(fake.options.env ?? {}).every((value) => typeof value === 'string')).toBe(true);
});

it('kills a real process that hangs, also when it was asked to before there was one', async () => {
  const { fake, child } = start();
  child.kill();
  const sleeper = spawn(process.execPath, ['-e', 'process.on("SIGTERM", () => {}); setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(sleeper, 'spawn');
  fake.pid = sleeper.pid;
  fake.emit('spawn');
  const [, signal] = (await once(sleeper, 'exit')) as [number | null, string];
  expect(signal).toBe('SIGKILL');
  const exit = exitOf(child);
  fake.emit('exit', 9);
  expect(await exit).toEqual({ code: null, signal: 'SIGKILL' });
});

it('holds the exit back for the last words, tells it to those who ask late, and drops messages to the dead', async () => {
  const { fake, child } = start();
  fake.pid = 4_000_000;
  fake.emit('spawn');
  expect(child.processId).toBe(4_000_000);
  const exit = exitOf(child);
  fake.emit('exit', 134);
  fake.stderr.write('GGML_ASSERT(n > 0) failed');
  expect(await exit).toEqual({ code: null, signal: 'SIGABRT' });
  expect(child.stderrTail()).toContain('GGML_ASSERT');
  expect(await exitOf(child)).toEqual({ code: null, signal: 'SIGABRT' });
  child.send({ order: 'late' });
  expect(fake.sent).toEqual([]);
});

it('keeps only the tail of what a child complains', () => {
  const { fake, child } = start();
  fake.stderr.write(`${'x'.repeat(100_000)}end`);
  fake.emit('error', 'FatalError', 'v8::heap', '');
  expect(child.stderrTail().length).toBeLessThanOrEqual(8192);
  expect(child.stderrTail()).toContain('FatalError in v8::heap');
});
