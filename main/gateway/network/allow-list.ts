import { BlockList, isIP, isIPv4 } from 'node:net';

/** The address as it is written in rules: an IPv4 address that comes through an IPv6 socket (RFC 4291, 2.5.5.2) is an IPv4 address. */
export function plainAddress(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  return mapped ?? address.replace(/%.*$/, '');
}

export function familyOf(address: string): 'IPv4' | 'IPv6' {
  return isIPv4(address) ? 'IPv4' : 'IPv6';
}

/** Whether an address lies in one of the ranges (single addresses or CIDR, both families). */
export function createAllowList(ranges: readonly string[]): (address: string) => boolean {
  const rules = new BlockList();
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/');
    const family = isIPv4(address) ? 'ipv4' : 'ipv6';
    if (prefix === undefined) rules.addAddress(address, family);
    else rules.addSubnet(address, Number(prefix), family);
  }
  return (address) => {
    const plain = plainAddress(address);
    const version = isIP(plain);
    return version !== 0 && rules.check(plain, version === 4 ? 'ipv4' : 'ipv6');
  };
}

/** A range that lets in every address there is, or every other one. */
export function isOpenToEveryone(range: string): boolean {
  const [, prefix] = range.split('/');
  return prefix !== undefined && Number(prefix) <= 1;
}
