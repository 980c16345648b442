import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { extractAll } from '@electron/asar';

const urlTimeoutMs = 30_000;
const endTimeoutMs = 10_000;

/**
 * Extracts a packed app, starts its console host under this Node far from any checkout, fetches its page, and ends it.
 * What is missing from the package is missing here too.
 *
 * @param asar the packed archive; its unpacked half must lie beside it
 * @param workFolder an empty folder outside the checkout
 * @returns what went wrong; empty when the page came and the host ended when asked
 */
export async function startExtracted(asar: string, workFolder: string): Promise<string[]> {
  const app = path.join(workFolder, 'app');
  const data = path.join(workFolder, 'data');
  mkdirSync(data, { recursive: true });
  extractAll(asar, app);
  const host = spawn(process.execPath, [path.join(app, 'dist/main/console.js'), '--no-open', '--port', '0', '--data', data], { cwd: workFolder, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, NODE_PATH: '' } });
  const output: string[] = [];
  const ended = once(host, 'exit') as Promise<[code: number | null, signal: NodeJS.Signals | null]>;
  try {
    const url = await firstUrl(host, output);
    if (url === undefined) return [`the extracted console host printed no URL:\n${output.join('\n')}`];
    const problems = await fetchPage(url);
    host.kill('SIGTERM');
    const inTime = await Promise.race([ended, delay(endTimeoutMs, undefined, { ref: false })]);
    if (inTime === undefined) problems.push(`the extracted console host did not end within ${endTimeoutMs / 1000} s of SIGTERM`);
    return problems.map((problem) => `${problem}\n${output.join('\n')}`);
  } finally {
    host.kill('SIGKILL');
  }
}

async function firstUrl(host: ReturnType<typeof spawn>, output: string[]): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  for (const stream of [host.stdout, host.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      output.push(line);
      const url = /http:\/\/127\.0\.0\.1:\d+\/\S*/.exec(line)?.[0];
      if (url !== undefined) resolve(url);
    });
  }
  host.on('exit', () => resolve(undefined));
  const timer = setTimeout(() => resolve(undefined), urlTimeoutMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
  }
}

async function fetchPage(url: string): Promise<string[]> {
  // Follows the redirect that trades the one-time token for a cookie, as a browser does.
  const first = await fetch(url, { redirect: 'manual' });
  const cookie = first.headers.getSetCookie().map((one) => one.split(';')[0]).join('; ');
  const location = first.headers.get('location');
  const page = location === null ? first : await fetch(new URL(location, url), { headers: cookie === '' ? {} : { cookie } });
  const text = await page.text();
  const problems: string[] = [];
  if (page.status !== 200 || !text.includes('<div id="root"')) problems.push(`the page of the extracted console host is not the renderer (status ${page.status}): ${text.slice(0, 200)}`);
  if (text.includes('__CSP_NONCE__')) problems.push('the page of the extracted console host still holds the placeholder of the nonce');
  const script = /<script[^>]+src="([^"]+)"/.exec(text)?.[1];
  if (script === undefined) return [...problems, 'the page of the extracted console host has no script'];
  const code = await fetch(new URL(script, page.url || url), { headers: cookie === '' ? {} : { cookie } });
  if (code.status !== 200) problems.push(`its script ${script} answers with status ${code.status}`);
  await code.arrayBuffer();
  return problems;
}
