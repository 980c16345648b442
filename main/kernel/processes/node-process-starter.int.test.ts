import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { createNodeProcessStarter } from './node-process-starter.ts';
import type { ChildExit, ChildProcessHandle } from './process-starter.ts';
import { hasEnded, isAlive } from './testing/living.ts';

const childPath = fileURLToPath(new URL('./testing/test-child.ts', import.meta.url));
const parentPath = fileURLToPath(new URL('./testing/test-parent.ts', import.meta.url));

const started: ChildProcessHandle[] = [];
const startedIds: number[] = [];
afterEach(() => {
  for (const child of started.splice(0)) child.kill();
  // A test that fails here must not leave a looping child to all the others.
  for (const processId of startedIds.splice(0)) if (isAlive(processId)) process.kill(processId, 'SIGKILL');
});

function start(entryPath = childPath): ChildProcessHandle {
  const child = createNodeProcessStarter()({ entryPath, serviceName: 'test child' });
  started.push(child);
  return child;
}

const exitOf = (child: ChildProcessHandle): Promise<ChildExit> => new Promise((resolve) => child.onExit(resolve));
const messageOf = (child: ChildProcessHandle): Promise<unknown> => new Promise((resolve) => child.onMessage(resolve));

describe('a child started with fork', () => {
  it('talks both ways', async () => {
    const child = start();
    const answer = messageOf(child);
    child.send({ order: 'echo', text: '你好' });
    expect(await answer).toEqual({ echo: '你好' });
  });

  it('sends its last message before an exit it asked for, and the exit carries its code', async () => {
    const child = start();
    const [answer, exit] = [messageOf(child), exitOf(child)];
    child.send({ order: 'say-and-exit', text: 'last words' });
    expect(await answer).toEqual({ echo: 'last words' });
    expect(await exit).toEqual({ code: 7, signal: null });
  });

  it('leaves the signal and its last words on stderr when native code aborts it', async () => {
    const child = start();
    const exit = exitOf(child);
    child.send({ order: 'abort', text: 'GGML_ASSERT(n > 0) failed' });
    expect((await exit).signal).toBe('SIGABRT');
    expect(child.stderrTail()).toContain('GGML_ASSERT(n > 0) failed');
  });

  it('is killed while it hangs', async () => {
    const child = start();
    const answer = messageOf(child);
    child.send({ order: 'hang' });
    await answer;
    const exit = exitOf(child);
    child.kill();
    expect(await exit).toEqual({ code: null, signal: 'SIGKILL' });
  });

  it('tells its exit to those who ask late, and drops messages to the dead', async () => {
    const child = start();
    const exit = exitOf(child);
    child.send({ order: 'say-and-exit' });
    await exit;
    expect((await exitOf(child)).code).toBe(7);
    expect(() => child.send({ order: 'echo' })).not.toThrow();
  });

  it('reports an entry that does not exist as an exit with its words', async () => {
    const child = start(`${childPath}.missing.ts`);
    expect((await exitOf(child)).code).toBe(1);
    expect(child.stderrTail()).toContain('missing');
  });

  it('keeps only the tail of what it complains', async () => {
    const child = start();
    const answer = messageOf(child);
    child.send({ order: 'complain', text: `${'x'.repeat(100_000)}end` });
    await answer;
    const exit = exitOf(child);
    child.kill();
    await exit;
    expect(child.stderrTail().length).toBeLessThanOrEqual(8192);
    expect(child.stderrTail().trimEnd().endsWith('end')).toBe(true);
  });
});

describe('when the parent dies', () => {
  async function startFamily(order: string, ending = 'stay'): Promise<{ parentId: number; childId: number; killParent: () => void }> {
    const parent = spawn(process.execPath, [parentPath, childPath, order, ending], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const parentId = parent.pid;
    if (parentId === undefined) throw new Error('the parent did not start');
    const childId = Number(line.toString().trim());
    startedIds.push(parentId, childId);
    return { parentId, childId, killParent: () => void parent.kill('SIGKILL') };
  }

  it.each([
    ['waits idle', 'echo'],
    ['hangs in a loop and cannot notice', 'hang'],
  ])('by kill -9, its child goes too while it %s', async (_, order) => {
    const family = await startFamily(order);
    // Long enough for the child to be deep in its loop, where it cannot hear that the channel closes.
    await delay(200);
    expect(isAlive(family.childId)).toBe(true);
    family.killParent();
    expect(await hasEnded(family.childId, 5_000)).toBe(true);
  });

  it('in an orderly way, even a hanging child goes too', async () => {
    const family = await startFamily('hang', 'leave');
    expect(await hasEnded(family.childId, 5_000)).toBe(true);
    expect(await hasEnded(family.parentId, 5_000)).toBe(true);
  });
});

it('a worker started by hand says so', async () => {
  const child = spawn(process.execPath, [childPath], { stdio: ['ignore', 'ignore', 'pipe'] });
  let words = '';
  child.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number];
  expect(code).toBe(1);
  expect(words).toContain('not by hand');
});
