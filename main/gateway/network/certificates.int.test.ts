import { execFileSync, spawnSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../kernel/testing/temporary-house.ts';
import { addressBytes, AUTHORITY_LIFE_MS, makeAuthority, makeServerCertificate, renewAtMs, SERVER_LIFE_MS } from './certificates.ts';

const DAY_MS = 86_400_000;
const nowMs = Date.now();
const authority = makeAuthority('radiology-gpu', nowMs);
const stranger = makeAuthority('radiology-gpu', nowMs);
const names = ['radiology-gpu', 'ai.ward.example', 'localhost', '127.0.0.1', '::1', '127.0.0.2', 'fd00::1:2'];
const server = makeServerCertificate(authority, names, nowMs);
const hasOpenssl = spawnSync('openssl', ['version']).status === 0;

const folder = temporaryFolder('certificates');
const files = { root: join(folder.path, 'root.pem'), server: join(folder.path, 'server.pem'), stranger: join(folder.path, 'stranger.pem') };
beforeAll(() => {
  writeFileSync(files.root, authority.certificatePem);
  writeFileSync(files.server, server.certificatePem);
  writeFileSync(files.stranger, stranger.certificatePem);
});
afterAll(() => folder.remove());

// Debian, macOS and Git for Windows have it; where it is missing the handshake below still proves the certificate.
describe.runIf(hasOpenssl)('read by OpenSSL', () => {
  const textOf = (file: string): string => execFileSync('openssl', ['x509', '-in', file, '-noout', '-text'], { encoding: 'utf8' });
  const verify = (...args: string[]): string => {
    const ended = spawnSync('openssl', ['verify', '-x509_strict', ...args], { encoding: 'utf8' });
    return `${ended.stdout}${ended.stderr}`;
  };

  it('the root may sign server certificates and nothing below them', () => {
    const text = textOf(files.root);
    expect(text).toContain('CA:TRUE, pathlen:0');
    expect(text).toMatch(/X509v3 Basic Constraints: critical/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Certificate Sign, CRL Sign/);
    expect(text).toContain('X509v3 Subject Key Identifier');
    expect(text).toMatch(/Issuer: O ?= ?Modelward, CN ?= ?Modelward radiology-gpu root \d{4}-\d{2}-\d{2}/);
    expect(text).toMatch(/ASN1 OID: prime256v1/);
    expect(text).toMatch(/Signature Algorithm: ecdsa-with-SHA256/);
  });

  it('the server certificate names every name and address, and is for servers alone', () => {
    const text = textOf(files.server);
    expect(text).toMatch(/DNS:radiology-gpu, DNS:ai\.ward\.example, DNS:localhost, IP Address:127\.0\.0\.1, IP Address:0:0:0:0:0:0:0:1, IP Address:127\.0\.0\.2, IP Address:FD00:0:0:0:0:0:1:2/);
    expect(text).toMatch(/Extended Key Usage:\s+TLS Web Server Authentication\n/);
    expect(text).toMatch(/X509v3 Key Usage: critical\s+Digital Signature\n/);
    expect(text).toContain('CA:FALSE');
    expect(text).toContain('X509v3 Authority Key Identifier');
  });

  it('is verified strictly under its own root for its names, and under no other', () => {
    expect(verify('-CAfile', files.root, files.root)).toContain('OK');
    for (const address of ['127.0.0.2', '::1', 'fd00::1:2']) expect(verify('-CAfile', files.root, '-purpose', 'sslserver', '-verify_ip', address, files.server), address).toContain('OK');
    expect(verify('-CAfile', files.root, '-purpose', 'sslserver', '-verify_hostname', 'ai.ward.example', files.server)).toContain('OK');
    expect(verify('-CAfile', files.root, '-verify_ip', '127.0.0.3', files.server)).toContain('IP address mismatch');
    expect(verify('-CAfile', files.root, '-purpose', 'sslclient', files.server)).not.toContain('OK');
    expect(verify('-CAfile', files.stranger, files.server)).not.toContain('OK');
  });
});

describe('lives', () => {
  it('ten years and 397 days, renewed at two thirds, and never longer than its root', () => {
    expect(authority.notAfterMs - authority.notBeforeMs).toBe(AUTHORITY_LIFE_MS);
    expect(server.notAfterMs - server.notBeforeMs).toBe(SERVER_LIFE_MS);
    expect(Math.round((renewAtMs(server) - server.notBeforeMs) / DAY_MS)).toBe(265);
    const late = makeServerCertificate(authority, names, authority.notAfterMs - 10 * DAY_MS);
    expect(late.notAfterMs).toBe(authority.notAfterMs);
    const read = new X509Certificate(server.certificatePem);
    expect([Date.parse(read.validFrom), Date.parse(read.validTo)]).toEqual([server.notBeforeMs, server.notAfterMs]);
  });

  it('writes years from 2050 on as GeneralizedTime', () => {
    const far = makeAuthority('x', Date.UTC(2045, 0, 1));
    expect(new Date(new X509Certificate(far.certificatePem).validTo).getUTCFullYear()).toBe(2054);
  });

  it('takes a machine name of any length', () => {
    const long = makeAuthority('工作站'.repeat(40), nowMs);
    expect(long.subject.length).toBeLessThanOrEqual(64);
    expect(new X509Certificate(long.certificatePem).subject).toContain(long.subject.slice(0, 20));
  });
});

it('writes addresses as their bytes', () => {
  expect(addressBytes('10.0.0.255').toString('hex')).toBe('0a0000ff');
  expect(addressBytes('::1').toString('hex')).toBe(`${'0'.repeat(31)}1`);
  expect(addressBytes('fd00::1:2').toString('hex')).toBe('fd000000000000000000000000010002');
  expect(addressBytes('::').toString('hex')).toBe('0'.repeat(32));
  expect(addressBytes('1:2:3:4:5:6:7:8').toString('hex')).toBe('00010002000300040005000600070008');
});

describe('a real handshake', () => {
  const endpoint = createServer({ key: server.privateKeyPem, cert: server.certificatePem, minVersion: 'TLSv1.2' }, (_request, response) => response.end('here'));
  let port = 0;
  beforeAll(async () => {
    await new Promise<void>((resolve) => endpoint.listen(0, '127.0.0.2', resolve));
    ({ port } = endpoint.address() as AddressInfo);
  });
  afterAll(() => new Promise((resolve) => endpoint.close(resolve)));

  const ask = (options: { ca: string; servername?: string; host?: string }): Promise<string> =>
    new Promise((resolve, reject) => {
      const asked = request({ host: '127.0.0.2', port, path: '/', agent: false, ...options }, (response) => {
        response.setEncoding('utf8').on('data', resolve);
      });
      asked.on('error', reject);
      asked.end();
    });

  it('succeeds with only this root trusted, by address and by name', async () => {
    expect(await ask({ ca: authority.certificatePem })).toBe('here');
    expect(await ask({ ca: authority.certificatePem, servername: 'ai.ward.example' })).toBe('here');
  });

  it('fails for a name it does not have, and under another root', async () => {
    await expect(ask({ ca: authority.certificatePem, servername: 'other.example' })).rejects.toThrow(/does not match certificate/);
    await expect(ask({ ca: stranger.certificatePem })).rejects.toThrow();
  });

  it('is refused in TLS 1.1', async () => {
    const outcome = await new Promise<string>((resolve) => {
      // Security level 0: OpenSSL itself would not even try so old a version.
      const socket = connectTls({ host: '127.0.0.2', port, ca: authority.certificatePem, minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }, () => resolve('connected'));
      socket.on('error', (error) => resolve(error.message));
      socket.on('close', () => socket.destroy());
    });
    expect(outcome).toMatch(/protocol version/i);
  });
});
