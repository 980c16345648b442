/** Something that waits for a sequence. */
export interface Waiting {
  /** Who shares the queue; requests of one share take turns with those of others. */
  readonly share: string;
}

/** A token of a prompt costs this much of one that is written: prompts are computed about seven times as fast (FACTS: 1,253 against 174 tokens/s). */
const promptTokenCost = 0.15;

interface Share<Item> {
  readonly items: Item[];
  /** What it has been served since it last began to wait, in written tokens. */
  served: number;
  running: number;
}

/**
 * Who is next: the first of the share that has been served least (start-time fair queueing, Goyal, Vin and Cheng 1996, with tokens as the service). A share
 * that comes back after a pause begins where the least served one is now, so that nobody saves up a claim by being idle.
 */
export class FairQueue<Item extends Waiting> {
  private readonly shares = new Map<string, Share<Item>>();

  get length(): number {
    let count = 0;
    for (const { items } of this.shares.values()) count += items.length;
    return count;
  }

  add(item: Item): void {
    this.shareOf(item.share).items.push(item);
  }

  /** The one whose turn it is; stays in the queue. */
  peek(): Item | undefined {
    let best: Share<Item> | null = null;
    for (const share of this.shares.values()) {
      if (share.items.length > 0 && (best === null || share.served < best.served)) best = share;
    }
    return best?.items[0];
  }

  /** Takes one out of the queue, to be run. False when it is not in it. */
  take(item: Item): boolean {
    const share = this.shares.get(item.share);
    if (share === undefined || !this.remove(item)) return false;
    share.running += 1;
    return true;
  }

  /** Takes one out of the queue for good. */
  remove(item: Item): boolean {
    const share = this.shares.get(item.share);
    const index = share?.items.indexOf(item) ?? -1;
    if (share === undefined || index < 0) return false;
    share.items.splice(index, 1);
    return true;
  }

  /** A running one was given so much. */
  charge(share: string, tokens: { prompt: number; output: number }): void {
    const found = this.shares.get(share);
    if (found !== undefined) found.served += promptTokenCost * tokens.prompt + tokens.output;
  }

  /** A running one has ended. */
  ended(item: Item): void {
    const share = this.shares.get(item.share);
    if (share !== undefined) share.running -= 1;
  }

  find(test: (item: Item) => boolean): Item | undefined {
    for (const { items } of this.shares.values()) {
      const found = items.find(test);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  count(test: (item: Item) => boolean): number {
    let count = 0;
    for (const { items } of this.shares.values()) for (const item of items) if (test(item)) count += 1;
    return count;
  }

  /** Every waiting one with its place among those of its share, 1 for the first. */
  *positions(): Iterable<[Item, number]> {
    for (const { items } of this.shares.values()) for (const [index, item] of items.entries()) yield [item, index + 1];
  }

  /**
   * Who has to go when there is no room for one more of this share: the newest of the share that holds most places, which is nobody (null) when that is the
   * one that asks, or holds no more than one place more.
   */
  whoMakesRoomFor(share: string, test: (item: Item) => boolean): Item | null {
    const placesOf = ({ items }: Share<Item>): number => items.filter(test).length;
    const own = this.shares.get(share);
    const ownPlaces = own === undefined ? 0 : placesOf(own);
    let largest: Share<Item> | null = null;
    for (const candidate of this.shares.values()) if (largest === null || placesOf(candidate) > placesOf(largest)) largest = candidate;
    if (largest === null || largest === own || placesOf(largest) <= ownPlaces + 1) return null;
    return largest.items.findLast(test) ?? null;
  }

  private shareOf(name: string): Share<Item> {
    const found = this.shares.get(name);
    if (found !== undefined && (found.items.length > 0 || found.running > 0)) return found;
    this.forgetIdle(name);
    const active = [...this.shares.values()].map(({ served }) => served);
    const level = active.length === 0 ? 0 : Math.min(...active);
    const made: Share<Item> = { items: [], served: Math.max(found?.served ?? 0, level), running: 0 };
    this.shares.set(name, made);
    return made;
  }

  private forgetIdle(except: string): void {
    for (const [name, { items, running }] of this.shares) if (name !== except && items.length === 0 && running === 0) this.shares.delete(name);
  }
}
