import { hostname, networkInterfaces } from 'node:os';
import { isIPv4 } from 'node:net';
import type { MachineAddress } from '../../contract/network.contract.ts';
import { addressBytes } from './certificates.ts';

/**
 * Addresses other machines may know this one by, in the order of the operating system, IPv4 before IPv6. Left out: loopback, link-local
 * (169.254/16, fe80::/10: an IPv6 one means nothing without the client's own interface).
 */
export function machineAddresses(): MachineAddress[] {
  const found = Object.entries(networkInterfaces()).flatMap(([interfaceName, addresses = []]) =>
    addresses.flatMap(({ address, family, internal, cidr }): MachineAddress[] => {
      if (internal || cidr === null || /^(?:169\.254\.|fe[89ab])/i.test(address)) return [];
      return [{ interfaceName, address, family, subnet: subnetOf(cidr) }];
    }),
  );
  return found.sort((left, right) => left.family.localeCompare(right.family));
}

/** 10.20.3.4/24 → 10.20.3.0/24, fd00::1:2/64 → fd00::/64. */
export function subnetOf(cidr: string): string {
  const [address = '', prefix = ''] = cidr.split('/');
  const bits = Number(prefix);
  const bytes = addressBytes(address).map((byte, index) => byte & (0xff << Math.max(0, 8 - Math.max(0, bits - index * 8))) & 0xff);
  if (isIPv4(address)) return `${[...bytes].join('.')}/${prefix}`;
  const groups = Array.from({ length: 8 }, (_, index) => Buffer.from(bytes).readUInt16BE(index * 2).toString(16));
  return `${new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1)}/${prefix}`;
}

/** The machine's name, as far as it can stand in a certificate: ASCII, lower case. */
export function machineName(): string {
  const name = hostname().toLowerCase().replace(/[^a-z0-9.-]+/g, '-').replace(/^[-.]+|[-.]+$/g, '');
  return name === '' || /^[\d.]+$/.test(name) ? 'modelward' : name.slice(0, 63);
}
