import { describe, expect, it } from 'vitest';
import { FairQueue } from './fair-queue.ts';

interface Item {
  share: string;
  id: number;
}

const all = (): boolean => true;

/** Serves `steps` requests one after the other, each of so many tokens; who got how much. */
function serve(queue: FairQueue<Item>, { steps, costOf }: { steps: number; costOf: (share: string) => number }): Map<string, number> {
  const got = new Map<string, number>();
  for (let step = 0; step < steps; step += 1) {
    const next = queue.peek();
    if (next === undefined) break;
    queue.take(next);
    const cost = costOf(next.share);
    queue.charge(next.share, { prompt: 0, output: cost });
    queue.ended(next);
    got.set(next.share, (got.get(next.share) ?? 0) + cost);
  }
  return got;
}

function filled(counts: Record<string, number>): FairQueue<Item> {
  const queue = new FairQueue<Item>();
  let id = 0;
  for (const [share, count] of Object.entries(counts)) for (let index = 0; index < count; index += 1) queue.add({ share, id: id++ });
  return queue;
}

describe('a fair queue', () => {
  it('is first in, first out within a share', () => {
    const queue = filled({ a: 3 });
    const order: number[] = [];
    for (let next = queue.peek(); next !== undefined; next = queue.peek()) {
      queue.take(next);
      order.push(next.id);
    }
    expect(order).toEqual([0, 1, 2]);
  });

  it('gives a share with a hundred waiting requests no more than one with twenty', () => {
    const got = serve(filled({ greedy: 100, modest: 20 }), { steps: 40, costOf: () => 10 });
    expect(got.get('greedy')).toBe(200);
    expect(got.get('modest')).toBe(200);
  });

  it('counts tokens, not requests', () => {
    const got = serve(filled({ long: 400, short: 400 }), { steps: 330, costOf: (share) => (share === 'long' ? 100 : 10) });
    expect(Math.abs((got.get('long') ?? 0) - (got.get('short') ?? 0))).toBeLessThanOrEqual(100);
  });

  it('lets nobody save up a claim by being idle', () => {
    const queue = filled({ early: 50 });
    serve(queue, { steps: 30, costOf: () => 10 });
    for (let id = 100; id < 120; id += 1) queue.add({ share: 'late', id });
    const got = serve(queue, { steps: 20, costOf: () => 10 });
    expect(got.get('early')).toBe(100);
    expect(got.get('late')).toBe(100);
  });

  it('makes room for a share without a place at the cost of the largest one, and for nobody else', () => {
    const queue = filled({ greedy: 5, modest: 1 });
    expect(queue.whoMakesRoomFor('new', all)).toEqual({ share: 'greedy', id: 4 });
    expect(queue.whoMakesRoomFor('modest', all)).toEqual({ share: 'greedy', id: 4 });
    expect(queue.whoMakesRoomFor('greedy', all)).toBeNull();
    expect(filled({ a: 1, b: 1 }).whoMakesRoomFor('c', all)).toBeNull();
  });

  it('tells places among a share’s own', () => {
    const places = [...filled({ a: 2, b: 1 }).positions()].map(([{ share }, position]) => `${share}${position}`);
    expect(places).toEqual(['a1', 'a2', 'b1']);
  });
});
