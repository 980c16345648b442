import { createHash, hash } from 'node:crypto';
import type { DataRow, DataSplit, SplitShares } from '../contract/datasets.contract.ts';
import { DATA_SPLITS } from '../contract/datasets.contract.ts';

/** SHA-256 of a text's UTF-8. */
export function sha256Of(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/**
 * SHA-256 of what decides the side of the split: of a conversation everything before its last answer, with white space made equal and
 * lower-cased, so that another answer to the same question keeps its side; of a text the text itself. An answer to nothing decides for
 * itself.
 */
export function sideKeyOf(row: DataRow): Buffer {
  if (row.kind === 'text') return sha256Of(`text\0${row.text}`);
  const last = row.messages.findLastIndex(({ role }) => role === 'assistant');
  const before = last > 0 ? row.messages.slice(0, last) : row.messages;
  return sha256Of(`chat\0${before.map(({ role, content }) => `${role}\0${content.replace(/\s+/gu, ' ').trim().toLowerCase()}`).join('\0')}`);
}

/** What a data set draws the sides of its rows with; fixed when it is made. */
export interface SplitRule {
  datasetId: string;
  shares: SplitShares;
  /** See chooseAttempt. */
  attempt: number;
}

/**
 * The side of a row: the first 48 bits of SHA-256(data set id ‖ side key) as a fraction of one, held against the shares. It depends on
 * nothing else, so a row keeps its side through all versions, whatever is added or removed around it.
 */
export function splitOf(sideKey: Buffer, { datasetId, shares, attempt }: SplitRule): DataSplit {
  const salt = attempt === 0 ? datasetId : `${datasetId}/${attempt}`;
  const fraction = createHash('sha256').update(salt, 'utf8').update(sideKey).digest().readUIntBE(0, 6) / 2 ** 48;
  if (fraction < shares.train / 100) return 'train';
  return fraction < (shares.train + shares.validation) / 100 ? 'validation' : 'test';
}

const attempts = 20_000;
/** Beyond so many questions chance leaves no side empty that has a share worth naming. */
export const SIDE_KEYS_LOOKED_AT = 1000;

/**
 * In a data set of ten rows the validation side would often be empty by chance, and nobody could tell learning from learning by heart.
 * Moving a row there later would break "never changes side"; so the salt of the draw is chosen when the data set is made: the first one
 * with which every side that has a share has a row of the first version (as far as there are different questions; training comes first,
 * then validation). From then on it is fixed, and sides are a function of the row alone.
 */
export function chooseAttempt(sideKeys: readonly Buffer[], rule: Omit<SplitRule, 'attempt'>): number {
  const wanted = DATA_SPLITS.filter((split) => rule.shares[split] > 0).slice(0, new Set(sideKeys.map((key) => key.toString('base64'))).size);
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    const found = new Set<DataSplit>();
    for (const key of sideKeys) {
      found.add(splitOf(key, { ...rule, attempt }));
      if (wanted.every((split) => found.has(split))) return attempt;
    }
  }
  return 0;
}
