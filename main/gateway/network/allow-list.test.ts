import { describe, expect, it } from 'vitest';
import { addressRangeSchema, hostNameSchema, networkChangeSchema, PLAIN_HTTP_RISK } from '../../contract/network.contract.ts';
import { createAllowList, isOpenToEveryone, plainAddress } from './allow-list.ts';
import { subnetOf } from './machine-addresses.ts';
import { createOwnNames } from './own-names.ts';

describe('the allow-list', () => {
  const allowed = createAllowList(['10.20.0.0/16', '192.168.7.9', 'fd00:1::/32', '2001:db8::5']);

  it.each(['10.20.0.0', '10.20.255.255', '192.168.7.9', 'fd00:1::', 'fd00:1:ffff::9', '2001:db8::5', '2001:db8:0::0:5', '::ffff:10.20.3.4', '::FFFF:192.168.7.9', 'fd00:1::7%eth0'])('lets %s in', (address) => {
    expect(allowed(address)).toBe(true);
  });

  it.each(['10.21.0.0', '10.19.255.255', '192.168.7.10', 'fd00:2::1', '2001:db8::6', '::ffff:10.21.0.1', '::1', '127.0.0.1', '', 'ward', '10.20.0', '::ffff:0a14:0001:2'])('keeps %s out', (address) => {
    expect(allowed(address)).toBe(false);
  });

  it('knows a range of host bits, and the ones that let everybody in', () => {
    expect(createAllowList(['10.20.3.4/24'])('10.20.3.200')).toBe(true);
    for (const range of ['0.0.0.0/0', '::/0', '128.0.0.0/1']) expect(isOpenToEveryone(range), range).toBe(true);
    for (const range of ['10.0.0.0/8', '10.20.3.4', '::1']) expect(isOpenToEveryone(range), range).toBe(false);
    expect(createAllowList(['0.0.0.0/0'])('fd00::1')).toBe(false);
  });

  it('reads an IPv4 address out of an IPv6 socket', () => {
    expect(plainAddress('::ffff:127.0.0.1')).toBe('127.0.0.1');
    expect(plainAddress('fe80::1%eth0')).toBe('fe80::1');
  });
});

describe('what may be asked for', () => {
  it.each(['10.0.0.0/8', '10.1.2.3', 'fd00::/8', '::1', '0.0.0.0/0'])('takes the range %s', (range) => {
    expect(addressRangeSchema.safeParse(range).success).toBe(true);
  });
  it.each(['10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'ward', '', '10.0.0.1-9', '::ffff:10.0.0.1', '10.0.0.1/'])('refuses the range %s', (range) => {
    expect(addressRangeSchema.safeParse(range).success).toBe(false);
  });
  it('takes DNS names and no addresses', () => {
    for (const name of ['ai', 'AI.Ward.example', 'gpu-1.lan', '3com.example']) expect(hostNameSchema.safeParse(name).success, name).toBe(true);
    for (const name of ['', '-a', 'a-', 'a..b', 'a b', '10.0.0.1', '12', 'ä.example', 'a/b', 'x'.repeat(64)]) expect(hostNameSchema.safeParse(name).success, name).toBe(false);
  });
  it('opens without encryption only for whoever names the risk', () => {
    const open = { mode: 'lan', addresses: 'all', allow: ['10.0.0.0/8'], names: [] };
    expect(networkChangeSchema.safeParse({ ...open, encryption: { kind: 'none' } }).success).toBe(false);
    expect(networkChangeSchema.safeParse({ ...open, encryption: { kind: 'none', acknowledgedRisk: 'yes' } }).success).toBe(false);
    expect(networkChangeSchema.safeParse({ ...open, encryption: { kind: 'none', acknowledgedRisk: PLAIN_HTTP_RISK } }).success).toBe(true);
    expect(networkChangeSchema.safeParse({ ...open, allow: [], encryption: { kind: 'tls' } }).success).toBe(false);
    expect(networkChangeSchema.safeParse({ ...open, addresses: [], encryption: { kind: 'tls' } }).success).toBe(false);
  });
});

it('answers under its own names alone', () => {
  const own = createOwnNames(['Radiology-GPU', 'ai.ward.example', '10.20.3.4', 'fd00::0:2']);
  for (const host of ['127.0.0.1:8484', 'localhost', '[::1]:8484', 'radiology-gpu:8484', 'AI.ward.example', 'ai.ward.example.:8484', '10.20.3.4:8484', '[fd00::2]:8484']) expect(own(host), host).toBe(true);
  for (const host of [undefined, '', 'evil.example', '10.20.3.5', '[fd00::3]', 'ward.example', 'localhost.evil.example']) expect(own(host), String(host)).toBe(false);
});

it('finds the subnet of an address', () => {
  expect(subnetOf('192.0.2.77/24')).toBe('192.0.2.0/24');
  expect(subnetOf('10.20.77.1/20')).toBe('10.20.64.0/20');
  expect(subnetOf('10.20.77.1/32')).toBe('10.20.77.1/32');
  expect(subnetOf('fd00::1:2:3:4/64')).toBe('fd00::/64');
  expect(subnetOf('fd00:1234:5678::1/36')).toBe('fd00:1234:5000::/36');
});
