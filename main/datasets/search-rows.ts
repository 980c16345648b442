import type { DataSplit } from '../contract/datasets.contract.ts';
import { yieldTurn } from './diff-versions.ts';
import type { DatasetsStore } from './datasets.store.ts';
import { toRow } from './datasets.store.ts';
import { textsOf } from './reading/map-row.ts';

const pieceRows = 1000;
const remembered = 4;

export interface RowSearch {
  /** Positions of the rows in whose texts the words occur (case set aside), in order. Raises AbortError. */
  find(versionId: string, split: DataSplit | null, words: string): Promise<readonly number[]>;
}

/**
 * Searches the rows of a version piece by piece. A version never changes, so the positions found hold for ever: the last few searches are
 * kept, and turning a page costs nothing.
 */
export function createRowSearch(store: DatasetsStore): RowSearch {
  const cache = new Map<string, Promise<readonly number[]>>();
  const search = async (versionId: string, split: DataSplit | null, words: string): Promise<readonly number[]> => {
    const wanted = words.toLowerCase();
    // As the words stand in the kept JSON: most rows need not be parsed.
    const escaped = JSON.stringify(wanted).slice(1, -1);
    const found: number[] = [];
    for (let from = 0; ; from += pieceRows) {
      const rows = store.rowsFrom(versionId, from, pieceRows);
      for (const row of rows) {
        if (split !== null && row.split !== split) continue;
        if (row.content.toLowerCase().includes(escaped) && textsOf(toRow(row.content)).some((text) => text.toLowerCase().includes(wanted))) found.push(row.position);
      }
      if (rows.length < pieceRows) return found;
      await yieldTurn();
    }
  };
  return {
    find(versionId, split, words) {
      const key = JSON.stringify([versionId, split, words.toLowerCase()]);
      const known = cache.get(key);
      cache.delete(key);
      const result = known ?? search(versionId, split, words);
      cache.set(key, result);
      result.catch(() => cache.delete(key)); // asked again, it is searched again; who asked hears the error
      for (const oldest of cache.keys()) {
        if (cache.size <= remembered) break;
        cache.delete(oldest);
      }
      return result;
    },
  };
}
