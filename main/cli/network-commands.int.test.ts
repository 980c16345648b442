import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { freePort } from '../gateway/testing/scripted-gateway.ts';
import { wordsOfUnit } from '../gateway/testing/unit-words.ts';
import { standInAddresses } from '../console/stand-in-addresses.ts';
import { serviceFiles } from '../gateway/network/service-files.ts';
import { temporaryFolder } from '../kernel/testing/temporary-house.ts';
import { startTestApplication, testPassword } from '../testing/test-application.ts';

const folder = temporaryFolder('service');
const path = (name: string): string => join(folder.path, name);
/** 127.0.0.2 stands in for an address of the network. */
const environment = { ...process.env, MODELWARD_STAND_IN_ADDRESSES: 'ward0=127.0.0.2/24' };
let service: ChildProcess | null = null;
let ended: Promise<number | null> = Promise.resolve(null);
afterAll(async () => {
  service?.kill('SIGTERM');
  await ended;
  folder.remove();
});

function modelward(...words: string[]): { code: number | null; out: string; notes: string } {
  const common = ['--data', path('data'), '--password-file', path('credentials/password'), '--lang', 'en'];
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(import.meta.dirname, 'main.ts'), ...words, ...common], { encoding: 'utf8', env: environment });
  return { code: status, out: stdout, notes: stderr };
}

/** As systemd does: %d is the folder with the credentials that only this service can read. */
function startUnit(text: string): Promise<string> {
  const [program = '', ...words] = wordsOfUnit(text).map((word) => word.replace(/^%d\//, `${path('credentials')}/`));
  const child = spawn(program, words, { env: { ...environment, CREDENTIALS_DIRECTORY: path('credentials') }, stdio: ['ignore', 'pipe', 'pipe'] });
  service = child;
  let said = '';
  child.stderr.on('data', (piece: Buffer) => (said += piece.toString()));
  ended = new Promise((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    child.stdout.on('data', (piece: Buffer) => resolve(piece.toString()));
    void ended.then((code) => reject(new Error(`ended with ${String(code)}: ${said}`)));
  });
}

let port = 0;
let secret = '';
let rootPem = '';
// In process, because every command line costs a second: what is tested here is how the service starts.
beforeAll(async () => {
  mkdirSync(path('credentials'));
  writeFileSync(path('credentials/password'), `${testPassword}\n`);
  port = await freePort();
  const app = await startTestApplication({ dataFolder: path('data'), changes: standInAddresses(environment) });
  await app.client.network.change({ mode: 'lan', addresses: 'all', allow: ['127.0.5.0/24'], encryption: { kind: 'tls' }, names: [], port });
  ({ secret } = await app.client.apiKeys.create({ name: 'Radiology' }));
  rootPem = (await app.client.network.exportRoot({})).pem;
  await app.dispose();
}, 60_000);

it('runs by the very command of the unit, with nobody signed in, and answers over TLS with a key', async () => {
  const unit = modelward('service', 'print', '--platform', 'linux', '--file');
  expect(unit.code).toBe(0);
  await startUnit(unit.out);

  const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const asked = request({ host: '127.0.0.2', port, path: '/v1/models', localAddress: '127.0.5.9', ca: rootPem, agent: false, headers: { authorization: `Bearer ${secret}` } });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ status: response.statusCode, text }));
    });
    asked.on('error', reject);
    asked.end();
  });
  expect(answer).toEqual({ status: 200, text: '{"object":"list","data":[]}' });

  const shown = modelward('gateway', 'network', 'show');
  expect(shown.out).toMatch(/^Open to the network at every address, port \d+, for 127\.0\.5\.0\/24\.$/m);
  expect(shown.out).toMatch(/127\.0\.0\.2 +TLS +Listening/);
  expect(modelward('gateway', 'certificate', 'export', path('root.der'), '--der').out).toContain('SHA-256');
  expect(new X509Certificate(readFileSync(path('root.der'))).toString()).toBe(rootPem);
  service?.kill('SIGTERM');
  expect(await ended).toBe(0);
}, 60_000);

it('ends with 78, which no service manager tries again, where the password opens nothing', async () => {
  const { text } = serviceFiles({ program: [process.execPath, join(import.meta.dirname, 'main.ts')], dataFolder: path('data') }, 'linux');
  expect(text).toMatch(/^RestartPreventExitStatus=.*\b78\b/m);
  writeFileSync(path('credentials/password'), 'another sentence nobody says\n');
  await expect(startUnit(text)).rejects.toThrow(/ended with 78: .*password/is);
}, 60_000);
