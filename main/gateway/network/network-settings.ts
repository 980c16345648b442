import { z } from 'zod';
import { gatewayPortSchema } from '../../contract/gateway.contract.ts';
import { networkChoiceSchema } from '../../contract/network.contract.ts';
import type { MachineAddress, NetworkChange, NetworkChoice } from '../../contract/network.contract.ts';
import type { SettingsStore } from '../../kernel/settings.store.ts';
import type { Place } from './endpoint.ts';

/** How the endpoint is meant to be reached, whatever the machine's addresses are now. */
export interface NetworkSettings {
  port: number;
  mode: 'loopback' | 'lan';
  /** Of the last time it was open; kept while it is closed, so that opening it again proposes the same. */
  choice: NetworkChoice | null;
}

export const LOOPBACK_ADDRESS = '127.0.0.1';
const PORT_SETTING = 'gateway.port';
const NETWORK_SETTING = 'gateway.network';
const storedNetworkSchema = z.object({ mode: z.enum(['loopback', 'lan']), choice: networkChoiceSchema.nullable() });

export function readNetworkSettings(settings: SettingsStore, defaultPort: number): NetworkSettings {
  const port = settings.get(PORT_SETTING, gatewayPortSchema) ?? defaultPort;
  const { mode, choice } = settings.get(NETWORK_SETTING, storedNetworkSchema) ?? { mode: 'loopback', choice: null };
  return { port, mode: choice === null ? 'loopback' : mode, choice };
}

/** To be called inside the transaction that also writes the audit event. */
export function writeNetworkSettings(settings: SettingsStore, { port, mode, choice }: NetworkSettings): void {
  settings.set(PORT_SETTING, port);
  settings.set(NETWORK_SETTING, { mode, choice });
}

export function changedSettings(before: NetworkSettings, change: NetworkChange): NetworkSettings {
  const port = change.port ?? before.port;
  if (change.mode === 'loopback') return { ...before, port, mode: 'loopback' };
  const { addresses, allow, encryption, names } = change;
  return { port, mode: 'lan', choice: { addresses: addresses === 'all' ? addresses : [...new Set(addresses)], allow: [...new Set(allow)], encryption, names: [...new Set(names)] } };
}

/** The addresses besides loopback that are wanted: chosen and there, or chosen and missing. */
export function wantedAddresses({ mode, choice }: NetworkSettings, machine: readonly MachineAddress[]): { present: string[]; missing: string[] } {
  if (mode === 'loopback' || choice === null) return { present: [], missing: [] };
  const there = machine.map(({ address }) => address);
  if (choice.addresses === 'all') return { present: there, missing: [] };
  return { present: choice.addresses.filter((address) => there.includes(address)), missing: choice.addresses.filter((address) => !there.includes(address)) };
}

/** Loopback is always one of them, and always plain: programs on this machine go on as they were. */
export function placesOf({ port, choice }: NetworkSettings, addresses: readonly string[]): Place[] {
  const encrypted = choice?.encryption.kind === 'tls';
  return [{ address: LOOPBACK_ADDRESS, port, encrypted: false }, ...addresses.map((address) => ({ address, port, encrypted }))];
}

/** Everything the certificate must be good for. */
export function certificateNames({ choice }: NetworkSettings, { hostName, addresses }: { hostName: string; addresses: readonly string[] }): string[] {
  const chosen = choice === null || choice.addresses === 'all' ? addresses : choice.addresses;
  return [...new Set([...(choice?.names ?? []), hostName, 'localhost', LOOPBACK_ADDRESS, '::1', ...chosen])];
}

/** What the audit log keeps of it. */
export function auditSettings({ port, mode, choice }: NetworkSettings) {
  if (mode === 'loopback' || choice === null) return { port, mode };
  return { port, mode, addresses: choice.addresses, allow: choice.allow, encryption: choice.encryption.kind, names: choice.names };
}
