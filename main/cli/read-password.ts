import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { readPasswordFile } from '../kernel/password-file.ts';

/** First line of the password file, or what a person types without seeing it. Null when there is nobody to ask. */
export async function readPassword(file: string | null, prompt: string): Promise<string | null> {
  if (file !== null) return readPasswordFile(file);
  if (!process.stdin.isTTY) return null;
  process.stderr.write(prompt);
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: true });
  try {
    return await new Promise<string>((resolve) => {
      lines.once('line', resolve);
      lines.once('close', () => resolve(''));
    });
  } finally {
    lines.close();
    process.stderr.write('\n');
  }
}
