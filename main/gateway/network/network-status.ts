import type { ErrorValue } from '../../contract/errors.ts';
import type { Certificate, ListeningAddress, NetworkStatus, NetworkWarning } from '../../contract/network.contract.ts';
import { familyOf, isOpenToEveryone } from './allow-list.ts';
import type { Listener } from './listener.ts';
import { LOOPBACK_ADDRESS } from './network-settings.ts';
import type { NetworkSettings } from './network-settings.ts';
import { asInHost } from './own-names.ts';

export interface NetworkFacts {
  settings: NetworkSettings;
  hostName: string;
  listeners: readonly Listener[];
  wanted: { present: readonly string[]; missing: readonly string[] };
  /** By address, of the last time they were tried. */
  problems: ReadonlyMap<string, ErrorValue>;
  authority: Certificate | null;
  certificate: Certificate | null;
  refused: NetworkStatus['refused'];
  nowMs: number;
}

/** Clients of a whole house need that long to be given a new root. */
const ROOT_WARNING_MS = 2 * 365 * 86_400_000;

export function networkStatus(facts: NetworkFacts): NetworkStatus {
  const { settings, hostName, listeners, authority, certificate, refused } = facts;
  // A port that the system chose (tests) is only known once it is open.
  const port = listeners.find(({ address }) => address === LOOPBACK_ADDRESS)?.port ?? settings.port;
  return {
    mode: settings.mode,
    port,
    hostName,
    listening: listeningAddresses(facts),
    choice: settings.choice,
    baseUrls: baseUrls(facts, port),
    authority,
    certificate,
    warnings: warningsOf(facts),
    refused,
  };
}

function listeningAddresses({ settings, listeners, wanted, problems }: NetworkFacts): ListeningAddress[] {
  const encrypted = settings.choice?.encryption.kind === 'tls';
  return [LOOPBACK_ADDRESS, ...wanted.present, ...wanted.missing].map((address) => {
    const scope = address === LOOPBACK_ADDRESS ? 'loopback' : 'lan';
    const listener = listeners.find((each) => each.address === address);
    const problem = listener === undefined ? (problems.get(address) ?? null) : null;
    return {
      address,
      family: familyOf(address),
      scope,
      encrypted: listener?.encrypted ?? (scope === 'lan' && encrypted),
      state: listener !== undefined ? 'listening' : wanted.missing.includes(address) ? 'missing' : 'failed',
      problem,
    };
  });
}

function baseUrls({ settings, hostName, wanted }: NetworkFacts, port: number): string[] {
  const here = `http://${LOOPBACK_ADDRESS}:${port}/v1`;
  if (settings.mode === 'loopback' || settings.choice === null) return [here];
  const scheme = settings.choice.encryption.kind === 'tls' ? 'https' : 'http';
  const names = [...settings.choice.names, ...wanted.present, hostName];
  return [here, ...[...new Set(names)].map((name) => `${scheme}://${asInHost(name)}:${port}/v1`)];
}

function warningsOf({ settings: { mode, choice }, listeners, wanted, authority, nowMs }: NetworkFacts): NetworkWarning[] {
  if (mode === 'loopback' || choice === null) return [];
  const everyone = choice.allow.find(isOpenToEveryone);
  const failed = wanted.present.filter((wantedAddress) => !listeners.some(({ address }) => address === wantedAddress));
  return [
    ...(choice.encryption.kind === 'none' ? [{ kind: 'plain-http' as const }] : []),
    ...(everyone === undefined ? [] : [{ kind: 'open-to-everyone' as const, range: everyone }]),
    ...failed.map((address) => ({ kind: 'address-failed' as const, address })),
    ...wanted.missing.map((address) => ({ kind: 'address-missing' as const, address })),
    // Where single addresses were chosen, each missing one is told already.
    ...(wanted.present.length + wanted.missing.length === 0 ? [{ kind: 'no-address' as const }] : []),
    ...(choice.encryption.kind === 'tls' && authority !== null && authority.notAfterMs - nowMs < ROOT_WARNING_MS ? [{ kind: 'root-ends' as const, notAfterMs: authority.notAfterMs }] : []),
  ];
}
