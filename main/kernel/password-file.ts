import { readFileSync } from 'node:fs';
import { throwFileError } from './errors.ts';

/** First line of a file, without the byte-order mark that editors on Windows put there. Raises PATH_NOT_FOUND, PATH_NOT_READABLE. */
export function readPasswordFile(path: string): string {
  try {
    return (readFileSync(path, 'utf8').split(/\r?\n/)[0] ?? '').replace(/^\uFEFF/, '');
  } catch (error) {
    throwFileError(error, path);
  }
}
