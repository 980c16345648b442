import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chatRowOf, generateTickets, type Ticket } from './corpus.ts';
import type { Recipe } from './recipe.ts';
import { splits } from './wording/wording.ts';

/** Rows of the sample that is kept in resources/data, and the seed they come from. */
export const sampleRows = { count: 200, seed: 1, fileName: 'tickets-sample.jsonl' } as const;

/** One JSON object with its messages per line. */
export function jsonLines(tickets: readonly Ticket[]): string {
  return tickets.map((ticket) => `${JSON.stringify(chatRowOf(ticket))}\n`).join('');
}

/** What resources/data/tickets-sample.jsonl holds: tickets of training wording. */
export function sampleDataSet(): string {
  return jsonLines(generateTickets({ split: 'train', count: sampleRows.count, seed: sampleRows.seed }));
}

/** Writes train.jsonl, validation.jsonl, test.jsonl and the small sample into a folder; a line about each. */
export async function writeDataSet(folder: string, { rows, seed }: Pick<Recipe, 'rows' | 'seed'>): Promise<string[]> {
  await mkdir(folder, { recursive: true });
  const told: string[] = [];
  for (const split of splits) {
    const path = join(folder, `${split}.jsonl`);
    await writeFile(path, jsonLines(generateTickets({ split, count: rows[split], seed })));
    told.push(`${path}: ${rows[split]} rows`);
  }
  const path = join(folder, sampleRows.fileName);
  await writeFile(path, sampleDataSet());
  return [...told, `${path}: ${sampleRows.count} rows`];
}
