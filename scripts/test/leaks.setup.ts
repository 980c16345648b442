import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll } from 'vitest';

// Every test file: what it started must have ended when it is done. A child process or a listening socket left behind
// makes the next file fail for no reason of its own, or keeps a model in memory.

const watched = new Map([
  ['ProcessWrap', 'child processes'],
  ['TCPServerWrap', 'listening TCP sockets'],
  ['PipeServerWrap', 'listening pipes'],
]);
/** An ending that was asked for may take a moment to be noticed. */
const graceMs = 2_000;

function countWatched(): Map<string, number> {
  const counts = new Map<string, number>([...watched.keys()].map((name) => [name, 0]));
  for (const name of process.getActiveResourcesInfo()) {
    const count = counts.get(name);
    if (count !== undefined) counts.set(name, count + 1);
  }
  return counts;
}

function leftBehind(before: Map<string, number>): string[] {
  const now = countWatched();
  return [...watched].flatMap(([name, words]) => {
    const more = (now.get(name) ?? 0) - (before.get(name) ?? 0);
    return more > 0 ? [`${more} ${words}`] : [];
  });
}

let before: Map<string, number>;

beforeAll(() => {
  before = countWatched();
});

afterAll(async () => {
  const deadline = Date.now() + graceMs;
  while (leftBehind(before).length > 0 && Date.now() < deadline) await delay(25);
  const left = leftBehind(before);
  if (left.length > 0) throw new Error(`This test file left ${left.join(' and ')} running.`);
});
