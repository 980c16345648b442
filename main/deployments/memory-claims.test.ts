import { describe, expect, it } from 'vitest';
import { availableBackend, gpu, hardwareOf, withBackend } from '../engine/fit/testing/model-facts-fixture.ts';
import type { RunningEngine } from './engine-room.ts';
import { budgetOf, chooseEvictions, totalOf } from './memory-claims.ts';
import type { Claim } from './memory-claims.ts';

const GIB = 1024 ** 3;

function claim(name: string, { ramGib = 0, vramGib = 0, lastUsedMs = 0, evictable = true, role = 'serving' as RunningEngine['role'] }): Claim {
  return { running: { name, role, lastUsedMs } as RunningEngine, evictable, ramBytes: ramGib * GIB, vramBytes: vramGib * GIB };
}
const names = ({ evict, short }: ReturnType<typeof chooseEvictions>): unknown => [evict.map(({ running }) => running.name), short];
const need = (ramGib: number, vramGib = 0) => ({ ramBytes: ramGib * GIB, vramBytes: vramGib * GIB });

describe('who makes way', () => {
  const old = claim('old', { ramGib: 4, lastUsedMs: 10 });
  const fresh = claim('fresh', { ramGib: 4, lastUsedMs: 20 });
  const pinned = claim('pinned', { ramGib: 4, lastUsedMs: 1, evictable: false });
  it('nobody where there is room', () => expect(names(chooseEvictions([fresh, old], need(2), need(10)))).toEqual([[], null]));
  it('the longest unused first, and no more than are needed', () => {
    expect(names(chooseEvictions([fresh, old, pinned], need(4), need(12)))).toEqual([['old'], null]);
    expect(names(chooseEvictions([fresh, old, pinned], need(8), need(12)))).toEqual([['old', 'fresh'], null]);
  });
  it('a version kept as a way back before any that serves', () => {
    const previous = claim('previous', { ramGib: 4, lastUsedMs: 30, role: 'previous' });
    expect(names(chooseEvictions([old, previous], need(4), need(8)))).toEqual([['previous'], null]);
  });
  it('nobody at all where it would not suffice', () => expect(names(chooseEvictions([fresh, old, pinned], need(9), need(12)))).toEqual([[], 'ram']));
  it('only those that lie on the card where the card is short', () => {
    const onCard = claim('card', { ramGib: 1, vramGib: 6, lastUsedMs: 99 });
    expect(names(chooseEvictions([old, onCard], need(1, 6), need(100, 8)))).toEqual([['card'], null]);
    expect(names(chooseEvictions([old], need(1, 9), need(100, 8)))).toEqual([[], 'vram']);
  });
});

it('counts a graphics card once that several backends see, and one that shares RAM not at all', () => {
  const machine = hardwareOf({ ramTotalBytes: 100 * GIB });
  expect(totalOf(machine).vramBytes).toBe(0);
  const both = withBackend(availableBackend('vulkan', [gpu(7.9)]), withBackend(availableBackend('cuda', [gpu(8)]), machine));
  expect(totalOf(both)).toEqual({ ramBytes: 100 * GIB, vramBytes: 8 * GIB });
  expect(totalOf(withBackend(availableBackend('vulkan', [gpu(8, { sharesRam: true })]), machine)).vramBytes).toBe(0);
  expect(budgetOf({ ramBytes: 1000, vramBytes: 1000 }, { ramPercent: 80, vramPercent: 90 })).toEqual({ ramBytes: 800, vramBytes: 900 });
});
