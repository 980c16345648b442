import { addressRangeSchema, hostNameSchema, ipAddressSchema, networkChangeSchema, PLAIN_HTTP_RISK, SERVICE_PLATFORMS } from '../contract/network.contract.ts';
import type { NetworkChange, ServicePlatform } from '../contract/network.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands about where the endpoint listens, its certificates, and running as a service. */
export type NetworkCommand =
  | { kind: 'network-show' }
  | { kind: 'network-change'; change: NetworkChange }
  /** `file` null: to standard output. */
  | { kind: 'certificate-export'; file: string | null; der: boolean }
  | { kind: 'certificate-renew'; authority: boolean }
  /** `fileOnly`: the file itself and nothing else, to be written somewhere. */
  | { kind: 'service-print'; platform: ServicePlatform | null; fileOnly: boolean };

/** Options these commands know besides those of all. */
export const networkOptions = {
  allow: { type: 'string', multiple: true },
  address: { type: 'string', multiple: true },
  'host-name': { type: 'string', multiple: true },
  'plain-http': { type: 'string' },
  der: { type: 'boolean' },
  root: { type: 'boolean' },
  platform: { type: 'string' },
  file: { type: 'boolean' },
} as const;

export interface NetworkWords {
  values: {
    allow?: string[] | undefined;
    address?: string[] | undefined;
    'host-name'?: string[] | undefined;
    'plain-http'?: string | undefined;
    der?: boolean | undefined;
    root?: boolean | undefined;
    platform?: string | undefined;
    file?: boolean | undefined;
    port?: string | undefined;
  };
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
}

/** Raises WrongUsage. */
export function parseNetworkCommand(about: 'network' | 'certificate', { values, take }: NetworkWords): NetworkCommand {
  if (about === 'network') {
    const what = take('gateway network show|open|close');
    if (what === 'show') return { kind: 'network-show' };
    if (what === 'close') return { kind: 'network-change', change: { mode: 'loopback' } };
    if (what === 'open') return { kind: 'network-change', change: openChange(values) };
    throw new WrongUsage(`gateway network ${what}`);
  }
  const what = take('gateway certificate export|renew');
  if (what === 'export') {
    const file = take('FILE');
    return { kind: 'certificate-export', file: file === '-' ? null : file, der: values.der === true };
  }
  if (what === 'renew') return { kind: 'certificate-renew', authority: values.root === true };
  throw new WrongUsage(`gateway certificate ${what}`);
}

/** Raises WrongUsage. */
export function parseServiceCommand({ values, take }: NetworkWords): NetworkCommand {
  const what = take('service print');
  if (what !== 'print') throw new WrongUsage(`service ${what}`);
  const platform = values.platform === undefined ? null : SERVICE_PLATFORMS.find((each) => each === values.platform);
  if (platform === undefined) throw new WrongUsage(`--platform ${values.platform}`);
  return { kind: 'service-print', platform, fileOnly: values.file === true };
}

function openChange(values: NetworkWords['values']): NetworkChange {
  const all = (name: 'allow' | 'address' | 'host-name', fits: (text: string) => boolean): string[] =>
    (values[name] ?? [])
      .flatMap((text) => text.split(','))
      .map((text) => text.trim())
      .map((text) => {
        if (!fits(text)) throw new WrongUsage(`--${name} ${text}`);
        return text;
      });
  const allow = all('allow', (text) => addressRangeSchema.safeParse(text).success);
  if (allow.length === 0) throw new WrongUsage('--allow ?');
  const addresses = all('address', (text) => text === 'all' || ipAddressSchema.safeParse(text).success);
  const names = all('host-name', (text) => hostNameSchema.safeParse(text).success);
  const risk = values['plain-http'];
  if (risk !== undefined && risk !== PLAIN_HTTP_RISK) throw new WrongUsage(`--plain-http ${PLAIN_HTTP_RISK}`);
  const change = networkChangeSchema.safeParse({
    mode: 'lan',
    addresses: addresses.length === 0 || addresses.includes('all') ? 'all' : addresses,
    allow,
    encryption: risk === undefined ? { kind: 'tls' } : { kind: 'none', acknowledgedRisk: risk },
    names,
    ...(values.port === undefined ? {} : { port: Number(values.port) }),
  });
  if (change.success) return change.data;
  throw new WrongUsage(change.error.issues.map(({ path }) => path.join('.')).join(', '));
}
