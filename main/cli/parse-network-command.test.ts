import { describe, expect, it } from 'vitest';
import { parseCommand } from './parse-command.ts';
import { WrongUsage } from './wrong-usage.ts';

const parsed = (line: string): unknown => parseCommand(line.split(' ')).command;
const RISK = 'anyone-on-the-network-can-read-keys-and-texts';

describe('commands about the network', () => {
  it('are taken apart', () => {
    expect(parsed('gateway network show')).toEqual({ kind: 'network-show' });
    expect(parsed('gateway network close')).toEqual({ kind: 'network-change', change: { mode: 'loopback' } });
    expect(parsed('gateway network open --allow 10.0.0.0/8,fd00::/8 --allow 192.168.7.9')).toEqual({
      kind: 'network-change',
      change: { mode: 'lan', addresses: 'all', allow: ['10.0.0.0/8', 'fd00::/8', '192.168.7.9'], encryption: { kind: 'tls' }, names: [] },
    });
    expect(parsed(`gateway network open --allow 10.0.0.0/8 --address 10.1.2.3,fd00::1 --host-name AI.Ward.example --port 9000 --plain-http ${RISK}`)).toEqual({
      kind: 'network-change',
      change: { mode: 'lan', addresses: ['10.1.2.3', 'fd00::1'], allow: ['10.0.0.0/8'], encryption: { kind: 'none', acknowledgedRisk: RISK }, names: ['ai.ward.example'], port: 9000 },
    });
    expect(parsed('gateway certificate export root.pem')).toEqual({ kind: 'certificate-export', file: 'root.pem', der: false });
    expect(parsed('gateway certificate export - --der')).toEqual({ kind: 'certificate-export', file: null, der: true });
    expect(parsed('gateway certificate renew --root')).toEqual({ kind: 'certificate-renew', authority: true });
    expect(parsed('service print --platform macos --file')).toEqual({ kind: 'service-print', platform: 'macos', fileOnly: true });
    expect(parsed('console --no-open --data /d --as Ada --password-file /p')).toEqual({ kind: 'console', argv: ['--no-open', '--data', '/d', '--as', 'Ada', '--password-file', '/p'] });
  });

  it.each([
    'gateway network', 'gateway network opens', 'gateway network open', 'gateway network open --allow ward', 'gateway network open --allow 10.0.0.0/8 --address ward',
    'gateway network open --allow 10.0.0.0/8 --host-name 10.0.0.1', 'gateway network open --allow 10.0.0.0/8 --plain-http yes', 'gateway network open --allow 10.0.0.0/8 --port 80',
    'gateway network close now', 'gateway certificate', 'gateway certificate export', 'gateway certificate show', 'service', 'service install', 'service print --platform dos',
  ])('do not understand: %s', (line) => {
    expect(() => parsed(line)).toThrow(WrongUsage);
  });
});
