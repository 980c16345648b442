import { addressRangeSchema, hostNameSchema, PLAIN_HTTP_RISK } from '../../../../main/contract/network.contract.ts';
import type { MachineAddress, NetworkChange, NetworkStatus } from '../../../../main/contract/network.contract.ts';

/** What the wizard has been told so far. */
export interface NetworkDraft {
  /** Of the machine's own subnets, those that may connect. */
  subnets: string[];
  /** Further ranges, one on each line. */
  more: string;
  addresses: 'all' | 'some';
  chosen: string[];
  /** DNS names, with spaces between. */
  names: string;
  encryption: 'tls' | 'none';
  acknowledged: boolean;
}

export const MOST_RANGES = 64;
export const MOST_NAMES = 8;

/** As it was the last time; before the first time the subnet of the first address, every address, and TLS. */
export function draftFrom({ choice }: Pick<NetworkStatus, 'choice'>, machine: readonly MachineAddress[]): NetworkDraft {
  const own = subnetsOf(machine).map(({ subnet }) => subnet);
  if (choice === null) return { subnets: own.slice(0, 1), more: '', addresses: 'all', chosen: machine.map(({ address }) => address), names: '', encryption: 'tls', acknowledged: false };
  return {
    subnets: choice.allow.filter((range) => own.includes(range)),
    more: choice.allow.filter((range) => !own.includes(range)).join('\n'),
    addresses: choice.addresses === 'all' ? 'all' : 'some',
    chosen: choice.addresses === 'all' ? machine.map(({ address }) => address) : choice.addresses,
    names: choice.names.join(' '),
    encryption: choice.encryption.kind,
    // Asked again each time: whoever changes it takes the risk upon themselves.
    acknowledged: false,
  };
}

/** Each subnet once, with the names of the interfaces in it. */
export function subnetsOf(machine: readonly MachineAddress[]): { subnet: string; names: string[] }[] {
  const found = new Map<string, string[]>();
  for (const { subnet, interfaceName } of machine) found.set(subnet, [...new Set([...(found.get(subnet) ?? []), interfaceName])]);
  return [...found].map(([subnet, names]) => ({ subnet, names }));
}

/** Ranges that may connect, and the first entry that is none. */
export function rangesOf({ subnets, more }: Pick<NetworkDraft, 'subnets' | 'more'>): { ranges: string[]; wrong: string | null } {
  const entered = more.split(/[\s,;]+/).filter((text) => text !== '');
  return { ranges: [...new Set([...subnets, ...entered])], wrong: entered.find((text) => !addressRangeSchema.safeParse(text).success) ?? null };
}

/** DNS names in lower case, and the first entry that is none. */
export function namesOf({ names }: Pick<NetworkDraft, 'names'>): { names: string[]; wrong: string | null } {
  const entered = names.split(/[\s,;]+/).filter((text) => text !== '');
  return { names: [...new Set(entered.map((name) => name.toLowerCase()))], wrong: entered.find((text) => !hostNameSchema.safeParse(text).success) ?? null };
}

export function changeOf(draft: NetworkDraft): Extract<NetworkChange, { mode: 'lan' }> {
  return {
    mode: 'lan',
    addresses: draft.addresses === 'all' ? 'all' : draft.chosen,
    allow: rangesOf(draft).ranges,
    encryption: draft.encryption === 'tls' ? { kind: 'tls' } : { kind: 'none', acknowledgedRisk: PLAIN_HTTP_RISK },
    names: namesOf(draft).names,
  };
}

/** The same on the command line. */
export function networkCommand({ addresses, allow, encryption, names }: Extract<NetworkChange, { mode: 'lan' }>): string {
  return [
    'modelward gateway network open',
    `--allow ${allow.join(',')}`,
    ...(addresses === 'all' ? [] : [`--address ${addresses.join(',')}`]),
    ...(names.length === 0 ? [] : [`--host-name ${names.join(',')}`]),
    ...(encryption.kind === 'none' ? [`--plain-http ${PLAIN_HTTP_RISK}`] : []),
  ].join(' ');
}
