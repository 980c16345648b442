import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * One instance per folder, taken without waiting as Electron does. The second leaves its arguments in a mailbox, and the
 * first hears of it. Returns how to release the lock, or null for the second.
 */
export function takeSingleInstanceLock(folder: string, onSecond: (argv: string[]) => void): (() => void) | null {
  const lock = join(folder, 'stand-in.lock');
  const mailbox = join(folder, 'stand-in-mail');
  mkdirSync(mailbox, { recursive: true });
  if (existsSync(lock) && isAlive(Number(readFileSync(lock, 'utf8')))) {
    writeFileSync(join(mailbox, `${process.pid}.json`), JSON.stringify(process.argv));
    return null;
  }
  writeFileSync(lock, String(process.pid));
  const watcher = watch(mailbox, () => {
    for (const name of readdirSync(mailbox)) {
      const letter = join(mailbox, name);
      const text = readFileSync(letter, 'utf8');
      if (text === '') continue; // still being written: the next change tells
      rmSync(letter);
      onSecond(JSON.parse(text) as string[]);
    }
  });
  watcher.unref();
  return () => {
    watcher.close();
    rmSync(lock, { force: true });
  };
}

function isAlive(processId: number): boolean {
  try {
    process.kill(processId, 0);
    return true;
  } catch {
    return false; // gone, so its lock is free
  }
}
