import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from '@playwright/test';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { findInstalledBrowser } from '../scripts/browser/find-installed.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 5;

/** Cold start of the built console host: until its URL is printed, and until the first screen can be used. */
export async function benchStart(): Promise<Figure[]> {
  const entry = join(import.meta.dirname, '..', 'dist', 'main', 'console.js');
  if (!existsSync(entry)) throw new Error('build first: npm run build');
  const executablePath = findInstalledBrowser();
  const browser = await chromium.launch(executablePath === undefined ? {} : { executablePath });
  const urlMs: number[] = [];
  const usableMs: number[] = [];
  try {
    for (let round = 0; round <= rounds; round++) {
      const folder = temporaryFolder('bench');
      const context = await browser.newContext();
      const page = await context.newPage();
      const start = performance.now();
      const child = spawn(process.execPath, [entry, '--no-open', '--port', '0', '--data', folder.path], { stdio: ['ignore', 'pipe', 'inherit'] });
      const url = await new Promise<string>((resolve, reject) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          const found = /http:\/\/127\.0\.0\.1:\S+/.exec(text);
          if (found !== null) resolve(found[0]);
        });
        child.once('exit', (code) => reject(new Error(`the console ended with ${code}`)));
      });
      const printedMs = performance.now() - start;
      await page.goto(url);
      await page.getByRole('button').first().waitFor();
      if (round > 0) {
        urlMs.push(printedMs);
        usableMs.push(performance.now() - start);
      }
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      await gone;
      await context.close();
      folder.remove();
    }
  } finally {
    await browser.close();
  }
  return [
    figure({ name: 'cold start: console host until its URL is printed', unit: 'ms', runs: urlMs }),
    figure({ name: 'cold start: until the first screen can be used (browser open)', unit: 'ms', runs: usableMs }),
  ];
}
