import { readdirSync, readFileSync, statSync } from 'node:fs';
import { Agent, request as tlsRequest } from 'node:https';
import { request as plainRequest } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { MachineAddress, NetworkChange } from '../../contract/network.contract.ts';
import { PLAIN_HTTP_RISK } from '../../contract/network.contract.ts';
import { systemClock } from '../../kernel/clock.ts';
import { administrator, freePort, scriptedGateway } from '../testing/scripted-gateway.ts';
import type { ScriptedGateway } from '../testing/scripted-gateway.ts';
import { createCertificatesStore } from './certificates.store.ts';
import { renewAtMs } from './certificates.ts';

// 127.0.0.2 and 127.0.0.3 stand in for addresses of the network, 127.0.1.x and 127.0.2.x for clients: all of 127/8 is this machine.
const WARD: MachineAddress = { interfaceName: 'ward0', address: '127.0.0.2', family: 'IPv4', subnet: '127.0.0.0/24' };
const LAB: MachineAddress = { interfaceName: 'lab0', address: '127.0.0.3', family: 'IPv4', subnet: '127.0.0.0/24' };
const FRIEND = '127.0.1.7';
const STRANGER = '127.0.2.7';
const open: Extract<NetworkChange, { mode: 'lan' }> = { mode: 'lan', addresses: ['127.0.0.2'], allow: ['127.0.1.0/24'], encryption: { kind: 'tls' }, names: ['ai.ward.example'] };

let house: ScriptedGateway;
let machine: MachineAddress[] = [];
let passedMs = 0;
async function start(): Promise<ScriptedGateway> {
  machine = [WARD, LAB];
  passedMs = 0;
  const real = systemClock();
  const clock = { bootId: real.bootId, nowMs: () => real.nowMs() + passedMs, monotonicMs: () => real.monotonicMs() + passedMs };
  house = await scriptedGateway({ networkPorts: { addresses: () => machine }, clock });
  return house;
}
afterEach(() => house.close());
const network = () => house.gateway.network;
const change = (input: NetworkChange) => network().change(administrator(), input);
const rootPem = (): string => network().exportRoot(administrator()).pem;

interface Asked {
  address?: string;
  port?: number;
  from?: string;
  ca?: string;
  agent?: Agent;
  host?: string;
  encrypted?: boolean;
  body?: object;
  onText?: (text: string) => void;
}
/** Asks the endpoint as a program of the network would, with a key; the status and the text. */
function ask({ address = '127.0.0.2', port = network().status().port, from = FRIEND, ca = rootPem(), agent, host, encrypted = true, body, onText }: Asked = {}): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const options = {
      host: address, port, localAddress: from, agent: agent ?? (false as const), method: body === undefined ? 'GET' : 'POST',
      path: body === undefined ? '/v1/models' : '/v1/chat/completions',
      headers: { authorization: `Bearer ${house.secret}`, 'content-type': 'application/json', ...(host === undefined ? {} : { host }) },
    };
    const asked = encrypted ? tlsRequest({ ...options, ca, ...(host === undefined ? {} : { servername: 'ai.ward.example' }) }) : plainRequest({ ...options, agent: false });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => {
        text += piece;
        onText?.(text);
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      response.on('error', reject);
    });
    asked.on('error', reject);
    asked.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
const askHere = (port = network().status().port) => ask({ address: '127.0.0.1', from: '127.0.0.1', encrypted: false, port, ca: '' });

describe('before anything was chosen', () => {
  it('listens on loopback alone, without a certificate', async () => {
    await start();
    expect(network().status()).toMatchObject({ mode: 'loopback', choice: null, authority: null, certificate: null, warnings: [], listening: [{ address: '127.0.0.1', scope: 'loopback', encrypted: false, state: 'listening' }] });
    expect(network().interfaces()).toEqual([WARD, LAB]);
    await expect(ask({ ca: '' })).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('opened to the network', () => {
  it('answers over TLS under the root alone, for whom it was opened, and in plain HTTP on this machine as before', async () => {
    await start();
    const status = await change(open);
    expect(status).toMatchObject({
      mode: 'lan',
      listening: [{ address: '127.0.0.1', encrypted: false, state: 'listening' }, { address: '127.0.0.2', scope: 'lan', encrypted: true, state: 'listening' }],
      baseUrls: [`http://127.0.0.1:${status.port}/v1`, `https://ai.ward.example:${status.port}/v1`, `https://127.0.0.2:${status.port}/v1`, `https://${status.hostName}:${status.port}/v1`],
      warnings: [],
    });
    expect(status.certificate?.names).toEqual(expect.arrayContaining(['ai.ward.example', status.hostName, 'localhost', '127.0.0.1', '::1', '127.0.0.2']));
    expect((await ask()).status).toBe(200);
    expect((await askHere()).status).toBe(200);
    await expect(ask({ from: STRANGER })).rejects.toThrow();
    await expect(ask({ ca: '' })).rejects.toThrow(/self-signed|unable to verify|certificate/i);
    await expect(ask({ address: '127.0.0.3' }), 'an address that was not chosen').rejects.toThrow(/ECONNREFUSED/);
    expect((await ask({ host: `ai.ward.example:${status.port}` })).status).toBe(200);
    expect((await ask({ host: 'evil.example' })).status).toBe(403);
    expect(network().status().refused).toMatchObject([{ address: STRANGER, reason: 'not-allowed', count: 1 }]);
  });

  it('leaves one transaction of events, and never a private key', async () => {
    await start();
    await change(open);
    await ask({ from: STRANGER }).catch(() => undefined);
    const types = house.events().map(({ type }) => type);
    expect(types.filter((type) => type === 'gateway.certificateIssued')).toHaveLength(2);
    expect(house.events('gateway.networkChanged')[0]).toMatchObject({ actor: { name: 'Ada' }, before: { mode: 'loopback' }, after: { mode: 'lan', addresses: ['127.0.0.2'], allow: ['127.0.1.0/24'], encryption: 'tls', names: ['ai.ward.example'] } });
    expect(house.events('gateway.connectionRefused')[0]).toMatchObject({ source: { address: STRANGER }, result: 'refused', after: { why: 'not-allowed' } });
    expect(JSON.stringify(house.events())).not.toMatch(/PRIVATE KEY/);
    expect(JSON.stringify([network().status(), network().exportRoot(administrator())])).not.toMatch(/PRIVATE KEY/);
    const { privateKeyPem } = createCertificatesStore(house.house.db).get('server') ?? { privateKeyPem: '' };
    expect(privateKeyPem).toContain('BEGIN PRIVATE KEY');
    house.house.db.pragma('wal_checkpoint(FULL)');
    const [, secretLine = ''] = privateKeyPem.split('\n');
    expect(secretLine.length).toBeGreaterThan(40);
    for (const name of readdirSync(house.house.layout.root, { recursive: true, encoding: 'utf8' })) {
      const path = join(house.house.layout.root, name);
      if (!statSync(path).isFile()) continue;
      const bytes = readFileSync(path);
      expect(bytes.includes('PRIVATE KEY') || bytes.includes(secretLine), path).toBe(false);
    }
  });

  it('counts a knocking stranger together in the log', async () => {
    await start();
    await change(open);
    for (let knock = 0; knock < 40; knock += 1) await ask({ from: STRANGER, ca: '' }).catch(() => undefined);
    expect(house.events('gateway.connectionRefused')).toHaveLength(20);
    network().flush();
    expect(house.events('gateway.connectionRefused').at(-1)).toMatchObject({ after: { notListedBefore: 20 } });
    expect(network().status().refused[0]?.count).toBe(40);
  });

  it('is the same after a restart, certificate included', async () => {
    await start();
    const before = await change({ ...open, addresses: 'all' });
    await house.restart();
    const after = network().status();
    expect(after).toEqual({ ...before, refused: [] });
    expect(after.listening).toHaveLength(3);
    expect((await ask({ address: '127.0.0.3' })).status).toBe(200);
    await expect(ask({ from: STRANGER })).rejects.toThrow();
  });

  it('is plain only for whoever names the risk, and says so', async () => {
    await start();
    const status = await change({ ...open, encryption: { kind: 'none', acknowledgedRisk: PLAIN_HTTP_RISK }, allow: ['0.0.0.0/0'] });
    expect(status.warnings).toEqual([{ kind: 'plain-http' }, { kind: 'open-to-everyone', range: '0.0.0.0/0' }]);
    expect(status.certificate).toBeNull();
    expect((await ask({ encrypted: false, ca: '', from: STRANGER })).status).toBe(200);
    await change(open);
    expect((await ask()).status, 'the same address, now encrypted').toBe(200);
    await expect(ask({ encrypted: false, ca: '' })).rejects.toThrow();
  });
});

describe('a move', () => {
  const slowly = { model: 'length', stream: true, max_tokens: 60, messages: [{ role: 'user', content: 'go' }] };

  it('lets a running answer finish on the old address; closing takes it away for the next one', async () => {
    await start();
    await change(open);
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const answer = ask({ body: slowly, onText: begun });
    await hasBegun;
    const status = await change({ mode: 'loopback' });
    expect(status).toMatchObject({ mode: 'loopback', listening: [{ address: '127.0.0.1' }], choice: { names: ['ai.ward.example'] } });
    await expect(ask()).rejects.toThrow(/ECONNREFUSED/);
    const { text } = await answer;
    expect(text).toContain('[DONE]');
    expect(text).toContain('59 ');
  });

  it('changes nothing where a port is taken, an address is gone, or both ways of the same address fail', async () => {
    await start();
    const before = await change(open);
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(0, '127.0.0.3', resolve));
    const held = holder.address();
    const port = typeof held === 'object' && held !== null ? held.port : 0;
    await expect(change({ ...open, addresses: ['127.0.0.2', '127.0.0.3'], port })).rejects.toMatchObject({ code: 'PORT_TAKEN', data: { port } });
    await expect(change({ ...open, addresses: ['127.0.0.2', '127.0.0.9'] })).rejects.toMatchObject({ code: 'ADDRESS_GONE', data: { address: '127.0.0.9' } });
    await expect(change({ ...open, addresses: ['0.0.0.0'] })).rejects.toMatchObject({ code: 'ADDRESS_GONE' });
    // The plain listener is made in place of the encrypted one before the taken port is met: the encrypted one must come back.
    await expect(change({ ...open, addresses: ['127.0.0.2', '127.0.0.3'], port, encryption: { kind: 'none', acknowledgedRisk: PLAIN_HTTP_RISK } })).rejects.toMatchObject({ code: 'PORT_TAKEN' });
    expect(network().status()).toEqual(before);
    expect((await ask()).status).toBe(200);
    expect((await askHere()).status).toBe(200);
    await new Promise((resolve) => holder.close(resolve));
  });

  it('gives the encrypted address back where the plain one could not be kept', async () => {
    await start();
    await change(open);
    house.house.db.exec(`CREATE TRIGGER refuse BEFORE INSERT ON audit_events BEGIN SELECT RAISE(ABORT, 'full'); END`);
    await expect(change({ ...open, encryption: { kind: 'none', acknowledgedRisk: PLAIN_HTTP_RISK } })).rejects.toThrow('full');
    house.house.db.exec('DROP TRIGGER refuse');
    expect(network().status().choice?.encryption.kind).toBe('tls');
    expect((await ask()).status).toBe(200);
  });

  it('takes every address to another port', async () => {
    await start();
    const { port } = await change(open);
    const next = await freePort();
    await house.gateway.setPort(administrator(), { port: next });
    expect((await ask({ port: next })).status).toBe(200);
    expect((await askHere(next)).status).toBe(200);
    await expect(ask({ port })).rejects.toThrow(/ECONNREFUSED/);
  });
});

describe('certificates', () => {
  const shown = (): Promise<string> =>
    new Promise((resolve, reject) => {
      const socket = connectTls({ host: '127.0.0.2', port: network().status().port, ca: rootPem() }, () => {
        resolve(socket.getPeerCertificate().fingerprint256);
        socket.destroy();
      });
      socket.on('error', reject);
    });

  it('are renewed at two thirds of their life without dropping a stream', async () => {
    await start();
    // Made 266 days ago: OpenSSL looks at the real clock, so the past is the side one can stand on.
    passedMs = -266 * 86_400_000;
    const { certificate, authority } = await change(open);
    if (certificate === null) throw new Error('no certificate');
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    let begun: () => void = () => undefined;
    const hasBegun = new Promise<void>((resolve) => (begun = resolve));
    const answer = ask({ agent, body: { model: 'length', stream: true, max_tokens: 80, messages: [{ role: 'user', content: 'go' }] }, onText: begun });
    await hasBegun;
    await network().look();
    expect(await shown(), 'not due').toBe(certificate.fingerprint);
    passedMs = 0;
    expect(renewAtMs(certificate)).toBeLessThan(Date.now());
    await network().look();
    const renewed = network().status().certificate;
    expect(renewed?.fingerprint).not.toBe(certificate.fingerprint);
    expect(await shown()).toBe(renewed?.fingerprint);
    expect((await answer).text).toContain('[DONE]');
    expect((await ask({ agent })).status, 'on the connection from before').toBe(200);
    agent.destroy();
    expect(house.events('gateway.certificateIssued').at(-1)).toMatchObject({ actor: { kind: 'system' }, object: { id: 'server' } });
    expect(network().status().authority).toEqual(authority);
  });

  it('are renewed by a person, with the root only when asked', async () => {
    await start();
    const first = await change(open);
    const second = await network().renewCertificate(administrator(), { authority: false });
    expect(second.authority).toEqual(first.authority);
    expect(second.certificate?.fingerprint).not.toBe(first.certificate?.fingerprint);
    const oldRoot = rootPem();
    const third = await network().renewCertificate(administrator(), { authority: true });
    expect(third.authority?.fingerprint).not.toBe(first.authority?.fingerprint);
    await expect(ask({ ca: oldRoot })).rejects.toThrow();
    expect((await ask()).status).toBe(200);
  });

  it('can be given to the clients before the endpoint is opened', async () => {
    await start();
    const exported = network().exportRoot(administrator());
    expect(exported.pem).toContain('BEGIN CERTIFICATE');
    expect(Buffer.from(exported.derBase64, 'base64')[0]).toBe(0x30);
    expect(house.events().map(({ type }) => type).slice(-2)).toEqual(['gateway.certificateIssued', 'gateway.rootExported']);
    const status = await change(open);
    expect(status.authority?.fingerprint).toBe(exported.certificate.fingerprint);
    expect((await ask({ ca: exported.pem })).status).toBe(200);
  });
});

describe('addresses that come and go', () => {
  it('are skipped with a warning at the start and opened when they are there', async () => {
    await start();
    await change({ ...open, addresses: ['127.0.0.2', '127.0.0.3'] });
    machine = [WARD];
    await house.restart();
    expect(network().status().listening.map(({ address, state }) => [address, state])).toEqual([['127.0.0.1', 'listening'], ['127.0.0.2', 'listening'], ['127.0.0.3', 'missing']]);
    expect(network().status().warnings).toEqual([{ kind: 'address-missing', address: '127.0.0.3' }]);
    await expect(ask({ address: '127.0.0.3' })).rejects.toThrow(/ECONNREFUSED/);
    machine = [];
    await network().look();
    expect(network().status().warnings).toEqual(['127.0.0.2', '127.0.0.3'].map((address) => ({ kind: 'address-missing', address })));
    machine = [WARD, LAB];
    await network().look();
    expect(network().status().warnings).toEqual([]);
    expect((await ask({ address: '127.0.0.3' })).status).toBe(200);
  });

  it('join an endpoint that is open on all of them, with a certificate that names them', async () => {
    await start();
    machine = [WARD];
    const before = await change({ ...open, addresses: 'all' });
    expect(before.certificate?.names).not.toContain('127.0.0.3');
    machine = [WARD, LAB];
    await network().look();
    expect((await ask({ address: '127.0.0.3' })).status).toBe(200);
    expect((await ask()).status).toBe(200);
    machine = [];
    await network().look();
    expect(network().status().warnings).toEqual([{ kind: 'no-address' }]);
    await expect(ask()).rejects.toThrow(/ECONNREFUSED/);
    expect((await askHere()).status).toBe(200);
  });

  it('whose port is taken are told and tried again after a minute', async () => {
    await start();
    await change({ ...open, addresses: ['127.0.0.2', '127.0.0.3'] });
    const { port } = network().status();
    machine = [WARD];
    await network().look();
    const holder = createServer();
    // The old listener of that address ends on its own time.
    await vi.waitFor(() => new Promise<void>((resolve, reject) => holder.once('error', reject).listen(port, '127.0.0.3', resolve)));
    machine = [WARD, LAB];
    await network().look();
    expect(network().status().listening[2]).toMatchObject({ address: '127.0.0.3', state: 'failed', problem: { code: 'PORT_TAKEN', data: { port } } });
    expect(network().status().warnings).toEqual([{ kind: 'address-failed', address: '127.0.0.3' }]);
    await new Promise((resolve) => holder.close(resolve));
    await network().look();
    expect(network().status().listening[2]?.state, 'not yet').toBe('failed');
    passedMs += 60_000;
    await network().look();
    expect(network().status().listening[2]).toMatchObject({ state: 'listening', problem: null });
  });

  it('are closed also where the loopback port is somebody else’s', async () => {
    await start();
    await change(open);
    const { port } = network().status();
    await house.gateway.dispose();
    const holder = createServer();
    await new Promise<void>((resolve) => holder.listen(port, '127.0.0.1', resolve));
    await house.restart();
    expect(house.gateway.status()).toMatchObject({ running: false, problem: { code: 'PORT_TAKEN' } });
    expect((await ask()).status).toBe(200);
    expect(await change({ mode: 'loopback' })).toMatchObject({ mode: 'loopback', listening: [{ address: '127.0.0.1', state: 'failed' }] });
    await expect(ask()).rejects.toThrow(/ECONNREFUSED/);
    await new Promise((resolve) => holder.close(resolve));
  });
});
