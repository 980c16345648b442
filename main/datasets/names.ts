import { extname } from 'node:path';
import { ExpectedError } from '../kernel/errors.ts';
import { nameKeyOf } from '../kernel/names.ts';
import type { DatasetsStore } from './datasets.store.ts';

/** Raises NAME_TAKEN where another data set is called alike. */
export function requireFreeName(store: Pick<DatasetsStore, 'datasets'>, name: string, exceptId: string | null): void {
  const key = nameKeyOf(name);
  if (store.datasets().some((dataset) => dataset.id !== exceptId && nameKeyOf(dataset.name) === key)) throw new ExpectedError('NAME_TAKEN', { name });
}

/** The file's name without its extension, with a number where a data set is called so already. */
export function suggestName(store: Pick<DatasetsStore, 'datasets'>, fileName: string): string {
  const stem = fileName.slice(0, fileName.length - extname(fileName).length).replace(/[_\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, ' ').trim().slice(0, 100) || 'Data';
  const taken = new Set(store.datasets().map(({ name }) => nameKeyOf(name)));
  if (!taken.has(nameKeyOf(stem))) return stem;
  for (let number = 2; ; number += 1) if (!taken.has(nameKeyOf(`${stem} (${number})`))) return `${stem} (${number})`;
}
