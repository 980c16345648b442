import type { DataRowView, DatasetDiff } from '../contract/datasets.contract.ts';
import type { DatasetsStore, RowPlace } from './datasets.store.ts';

const samples = 200;
const pieceRows = 5000;

/** Lets others have their turn: a comparison of two large versions takes a second and must not stop everything else for it. */
export function yieldTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

async function placesOf(store: DatasetsStore, versionId: string): Promise<RowPlace[]> {
  const all: RowPlace[] = [];
  for (;;) {
    const piece = store.places(versionId, all.length, pieceRows);
    for (const place of piece) all.push(place);
    if (piece.length < pieceRows) return all;
    await yieldTurn();
  }
}

/**
 * What one version has and the other has not. A row is the same where its content is; a removed and an added row with the same side key
 * (the same question) are one changed row, paired in their order.
 */
export async function diffVersions(store: DatasetsStore, fromVersionId: string, toVersionId: string): Promise<Omit<DatasetDiff, 'fromNumber' | 'toNumber'>> {
  const from = await placesOf(store, fromVersionId);
  const to = await placesOf(store, toVersionId);
  const kept = new Set(to.map(({ rowId }) => rowId));
  const removed = from.filter(({ rowId }) => !kept.has(rowId));
  const before = new Set(from.map(({ rowId }) => rowId));
  const added = to.filter(({ rowId }) => !before.has(rowId));

  const waiting = new Map<string, RowPlace[]>();
  for (const [index, place] of removed.entries()) {
    if (index % 1000 === 999) await yieldTurn();
    const key = store.sideKey(place.rowId);
    const alike = waiting.get(key);
    if (alike === undefined) waiting.set(key, [place]);
    else alike.push(place);
  }
  const pairs: { from: RowPlace; to: RowPlace }[] = [];
  const paired = new Set<RowPlace>();
  const onlyAdded: RowPlace[] = [];
  for (const alike of waiting.values()) alike.reverse(); // taken from the end, the first first
  for (const [index, place] of added.entries()) {
    if (index % 1000 === 999) await yieldTurn();
    const partner = waiting.get(store.sideKey(place.rowId))?.pop();
    if (partner === undefined) onlyAdded.push(place);
    else {
      pairs.push({ from: partner, to: place });
      paired.add(partner);
    }
  }
  const onlyRemoved = removed.filter((place) => !paired.has(place));
  const viewOf = (versionId: string) => (place: RowPlace): DataRowView => store.rowAt(versionId, place.position);
  const [inFrom, inTo] = [viewOf(fromVersionId), viewOf(toVersionId)];
  return {
    addedCount: onlyAdded.length,
    removedCount: onlyRemoved.length,
    changedCount: pairs.length,
    unchangedCount: to.length - added.length,
    added: onlyAdded.slice(0, samples).map(inTo),
    removed: onlyRemoved.slice(0, samples).map(inFrom),
    changed: pairs.slice(0, samples).map((pair) => ({ from: inFrom(pair.from), to: inTo(pair.to) })),
  };
}
