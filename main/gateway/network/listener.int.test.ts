import { request as plainRequest } from 'node:http';
import { Agent, request as tlsRequest } from 'node:https';
import { connect } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { makeAuthority, makeServerCertificate } from './certificates.ts';
import { createConnectionGate } from './connection-gate.ts';
import { openListener } from './listener.ts';
import type { Listener, ListenerOptions } from './listener.ts';
import { createSelfTest } from './self-test.ts';

// 127.0.0.2 and its neighbours stand in for addresses of the network: on Linux all of 127/8 is this machine.
const nowMs = Date.now();
const authority = makeAuthority('test', nowMs);
const certificateFor = (...names: string[]) => makeServerCertificate(authority, names, nowMs);
const refused: string[] = [];
let open: Listener[] = [];
afterEach(async () => {
  await Promise.all(open.map((listener) => listener.close(0)));
  open = [];
  refused.length = 0;
});

function gateFor(ranges: string[], mostPerAddress?: number) {
  const gate = createConnectionGate({ onRefused: (address, reason) => refused.push(`${address} ${reason}`), ...(mostPerAddress === undefined ? {} : { mostPerAddress }) });
  gate.setRanges(ranges);
  return gate;
}
async function listenOn(address: string, options: Partial<ListenerOptions> = {}): Promise<Listener> {
  const listener = await openListener({ address, port: 0, tls: null, gate: gateFor([]), handler: (_request, response) => response.end('here'), onUnreadable: (socket) => socket.destroySoon(), ...options });
  open.push(listener);
  return listener;
}
function ask(listener: Listener, options: { from?: string; agent?: Agent; path?: string } = {}): Promise<{ text: string; connection: string | undefined }> {
  return new Promise((resolve, reject) => {
    const target = { host: listener.address, port: listener.port, path: options.path ?? '/', ...(options.from === undefined ? {} : { localAddress: options.from }) };
    const asked = listener.encrypted ? tlsRequest({ ...target, ca: authority.certificatePem, agent: options.agent ?? false }) : plainRequest({ ...target, agent: false });
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (piece: string) => (text += piece));
      response.on('end', () => resolve({ text, connection: response.headers.connection }));
    });
    asked.on('error', reject);
    asked.end();
  });
}

describe('who may connect', () => {
  it.each([false, true])('is asked before a byte is read (TLS: %s)', async (encrypted) => {
    const onUnreadable = vi.fn<ListenerOptions['onUnreadable']>();
    const handler = vi.fn<ListenerOptions['handler']>((_request, response) => void response.end('here'));
    const listener = await listenOn('127.0.0.2', { tls: encrypted ? certificateFor('127.0.0.2') : null, gate: gateFor(['127.0.1.0/24']), handler, onUnreadable });
    expect((await ask(listener, { from: '127.0.1.7' })).text).toBe('here');
    expect((await ask(listener)).text, 'this machine, over loopback').toBe('here');
    expect((await ask(listener, { from: '127.0.0.2' })).text, 'this machine, over its own address').toBe('here');
    expect(handler).toHaveBeenCalledTimes(3);
    await expect(ask(listener, { from: '127.0.2.7' })).rejects.toThrow(/socket hang up|ECONNRESET|disconnected/);
    expect(handler).toHaveBeenCalledTimes(3);
    expect(onUnreadable).not.toHaveBeenCalled();
    expect(refused).toEqual(['127.0.2.7 not-allowed']);
  });

  it('is asked in IPv6 too', async () => {
    const listener = await listenOn('::1', { tls: certificateFor('::1') });
    expect((await ask(listener)).text).toBe('here');
    // ::1 is all of IPv6 that every machine has, and it is loopback: the rule itself is held against a socket that says otherwise.
    const gate = gateFor(['fd00:1::/32']);
    const socketFrom = (remoteAddress: string) => ({ remoteAddress, localAddress: 'fd00:2::1', once: () => undefined }) as never;
    expect(gate.admit(socketFrom('fd00:1::9'))).toBe(true);
    expect(gate.admit(socketFrom('fd00:3::9'))).toBe(false);
    expect(gate.admit(socketFrom('::ffff:10.0.0.1'))).toBe(false);
    expect(gate.admit(socketFrom('fd00:2::1'))).toBe(true);
    expect(refused).toEqual(['fd00:3::9 not-allowed', '10.0.0.1 not-allowed']);
  });

  it('holds for the next request of a connection that is open already', async () => {
    const gate = gateFor(['127.0.1.0/24']);
    const listener = await listenOn('127.0.0.2', { tls: certificateFor('127.0.0.2'), gate });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    expect((await ask(listener, { from: '127.0.1.7', agent })).text).toBe('here');
    gate.setRanges(['127.0.3.0/24']);
    await expect(ask(listener, { from: '127.0.1.7', agent })).rejects.toThrow(/socket hang up|ECONNRESET/);
    agent.destroy();
  });

  it('is bounded for each address', async () => {
    const listener = await listenOn('127.0.0.2', { gate: gateFor(['127.0.1.0/24'], 2) });
    const hold = (): Promise<ReturnType<typeof connect>> =>
      new Promise((resolve) => {
        const socket = connect({ host: listener.address, port: listener.port, localAddress: '127.0.1.7' }, () => resolve(socket));
        socket.on('error', () => undefined);
      });
    const held = [await hold(), await hold()];
    await expect(ask(listener, { from: '127.0.1.7' })).rejects.toThrow();
    expect(refused).toEqual(['127.0.1.7 too-many']);
    expect((await ask(listener, { from: '127.0.1.8' })).text).toBe('here');
    held[0]?.destroy();
    await vi.waitFor(async () => expect((await ask(listener, { from: '127.0.1.7' })).text).toBe('here'));
    held[1]?.destroy();
  });
});

describe('TLS', () => {
  it('refuses versions before 1.2, also after a renewal', async () => {
    const listener = await listenOn('127.0.0.2', { tls: certificateFor('127.0.0.2') });
    const shake = (version: 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3'): Promise<string> =>
      new Promise((resolve) => {
        const socket = connectTls({ host: listener.address, port: listener.port, ca: authority.certificatePem, minVersion: 'TLSv1', maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' }, () => {
          resolve(socket.getProtocol() ?? '');
          socket.destroy();
        });
        socket.on('error', (error) => resolve(error.message));
      });
    const all = async (): Promise<string[]> => [await shake('TLSv1.1'), await shake('TLSv1.2'), await shake('TLSv1.3')];
    const wanted = [expect.stringMatching(/protocol version/i), 'TLSv1.2', 'TLSv1.3'];
    expect(await all()).toEqual(wanted);
    listener.setTls(certificateFor('127.0.0.2'));
    expect(await all()).toEqual(wanted);
  });

  it('closes a connection that speaks plain HTTP to it, without an answer nobody could read', async () => {
    const onUnreadable = vi.fn<ListenerOptions['onUnreadable']>();
    const listener = await listenOn('127.0.0.2', { tls: certificateFor('127.0.0.2'), onUnreadable });
    await expect(ask({ ...listener, encrypted: false })).rejects.toThrow();
    expect(onUnreadable).not.toHaveBeenCalled();
  });

  it('shows a renewed certificate to new connections and drops none that is open', async () => {
    const first = certificateFor('127.0.0.2');
    const next = certificateFor('127.0.0.2');
    const begun = Promise.withResolvers<() => void>();
    const listener = await listenOn('127.0.0.2', {
      tls: first,
      handler(request, response) {
        if (request.url !== '/stream') return void response.end('here');
        response.write('begin ');
        begun.resolve(() => response.end('end'));
      },
    });
    const shown = (): Promise<string> =>
      new Promise((resolve, reject) => {
        const socket = connectTls({ host: listener.address, port: listener.port, ca: authority.certificatePem }, () => {
          resolve(socket.getPeerCertificate().fingerprint256);
          socket.destroy();
        });
        socket.on('error', reject);
      });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const streamed = ask(listener, { path: '/stream', agent });
    const goOn = await begun.promise;
    expect(await shown()).toBe(first.fingerprint);
    listener.setTls(next);
    expect(await shown()).toBe(next.fingerprint);
    goOn();
    expect((await streamed).text).toBe('begin end');
    expect((await ask(listener, { agent })).text, 'the same connection goes on').toBe('here');
    agent.destroy();
  });
});

describe('an end in peace', () => {
  it('lets a running answer finish and takes nothing new', async () => {
    const begun = Promise.withResolvers<() => void>();
    const listener = await listenOn('127.0.0.2', {
      handler(_request, response) {
        response.write('begin ');
        begun.resolve(() => response.end('end'));
      },
    });
    const answer = ask(listener);
    const goOn = await begun.promise;
    const retired = listener.retire();
    goOn();
    expect((await answer).text).toBe('begin end');
    await retired;
    await expect(ask(listener)).rejects.toThrow(/ECONNREFUSED/);
  });

  it('says what is wrong with an address or a port', async () => {
    const listener = await listenOn('127.0.0.2');
    await expect(listenOn('127.0.0.2', { port: listener.port })).rejects.toMatchObject({ code: 'PORT_TAKEN', data: { port: listener.port } });
    await expect(listenOn('192.0.2.99', { port: listener.port })).rejects.toMatchObject({ code: 'ADDRESS_GONE', data: { address: '192.0.2.99' } });
  });
});

describe('the question to oneself', () => {
  it('is answered here and reaches no route', async () => {
    const selfTest = createSelfTest();
    const handler = vi.fn<(ended: unknown) => void>();
    const listener = await listenOn('127.0.0.2', {
      tls: certificateFor('127.0.0.2'),
      handler: (request, response) => void (selfTest.answer(request, response) || handler(response.end())),
    });
    const target = { address: '127.0.0.2', port: listener.port };
    await selfTest.ask({ ...target, rootPem: authority.certificatePem });
    expect(handler).not.toHaveBeenCalled();
    const other = makeAuthority('other', nowMs);
    await expect(selfTest.ask({ ...target, rootPem: other.certificatePem })).rejects.toMatchObject({ code: 'ENDPOINT_SILENT' });
    await expect(createSelfTest().ask({ ...target, rootPem: authority.certificatePem }), 'another instance').rejects.toMatchObject({ code: 'ENDPOINT_SILENT', data: { detail: 'HTTP 200' } });
    listener.setTls(certificateFor('127.0.0.3'));
    await expect(selfTest.ask({ ...target, rootPem: authority.certificatePem }), 'a certificate for another address').rejects.toMatchObject({ code: 'ENDPOINT_SILENT', data: { detail: expect.stringMatching(/does not match/) } });
  });
});
