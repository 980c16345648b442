import { z } from './zod.ts';
import { errorValueSchema } from './errors.ts';
import { gatewayPortSchema } from './gateway.contract.ts';
import { procedure, timeMsSchema } from './procedure.ts';

/** How many of each a person can still look through. */
const MOST_RANGES = 64;
const MOST_ADDRESSES = 32;
const MOST_NAMES = 8;

export const ipAddressSchema = z.union([z.ipv4(), z.ipv6()]);
/** One address or a range in CIDR notation, of either family: 10.20.0.0/16, fd00::/8, 10.20.3.4. An IPv4 address is written as one. */
export const addressRangeSchema = z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]).refine((range) => !/^::ffff:/i.test(range));
/** A name of the machine in the house's DNS, in ASCII (RFC 1123). */
export const hostNameSchema = z
  .string()
  .trim()
  .toLowerCase()
  .min(1)
  .max(253)
  .regex(/^(?!\d+(?:\.\d+)*$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/);

/** Whoever opens the endpoint without encryption says so in these words. */
export const PLAIN_HTTP_RISK = 'anyone-on-the-network-can-read-keys-and-texts';
export const encryptionSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tls') }),
  z.strictObject({ kind: z.literal('none'), acknowledgedRisk: z.literal(PLAIN_HTTP_RISK) }),
]);

/** `all`: every address the machine has, now and later, but loopback and link-local ones. */
export const chosenAddressesSchema = z.union([z.literal('all'), z.array(ipAddressSchema).min(1).max(MOST_ADDRESSES)]);

export const networkChoiceSchema = z.strictObject({
  addresses: chosenAddressesSchema,
  /** Who may connect. This machine itself always may. */
  allow: z.array(addressRangeSchema).min(1).max(MOST_RANGES),
  encryption: encryptionSchema,
  /** Besides the machine's own host name: names clients use, for the certificate and the check of the Host header. */
  names: z.array(hostNameSchema).max(MOST_NAMES),
});
export type NetworkChoice = z.infer<typeof networkChoiceSchema>;

export const networkChangeSchema = z.discriminatedUnion('mode', [
  z.strictObject({ mode: z.literal('loopback'), port: gatewayPortSchema.optional() }),
  networkChoiceSchema.extend({ mode: z.literal('lan'), port: gatewayPortSchema.optional() }),
]);
export type NetworkChange = z.infer<typeof networkChangeSchema>;

/** An address of this machine as its operating system tells it. */
export const machineAddressSchema = z.object({
  /** Name of the interface, e.g. `eth0`, `Ethernet`. */
  interfaceName: z.string(),
  address: z.string(),
  family: z.enum(['IPv4', 'IPv6']),
  /** The subnet it lies in, e.g. 10.20.3.0/24: what is proposed for the allow-list. */
  subnet: z.string(),
});
export type MachineAddress = z.infer<typeof machineAddressSchema>;

export const listeningAddressSchema = z.object({
  address: z.string(),
  family: z.enum(['IPv4', 'IPv6']),
  scope: z.enum(['loopback', 'lan']),
  encrypted: z.boolean(),
  /** `missing`: the machine does not have this address now; it is tried again. `failed`: `problem` says why. */
  state: z.enum(['listening', 'missing', 'failed']),
  problem: errorValueSchema.nullable(),
});
export type ListeningAddress = z.infer<typeof listeningAddressSchema>;

export const certificateSchema = z.object({
  subject: z.string(),
  /** SHA-256, pairs of hex digits with colons: what one compares by telephone. */
  fingerprint: z.string(),
  notBeforeMs: timeMsSchema,
  notAfterMs: timeMsSchema,
  /** DNS names and addresses; empty for the root. */
  names: z.array(z.string()),
  /** When it is made anew by itself; null for the root, which a person renews because every client must learn of it. */
  renewAtMs: timeMsSchema.nullable(),
});
export type Certificate = z.infer<typeof certificateSchema>;

export const networkWarningSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('plain-http') }),
  /** The allow-list lets every address in. */
  z.object({ kind: z.literal('open-to-everyone'), range: z.string() }),
  z.object({ kind: z.literal('address-missing'), address: z.string() }),
  z.object({ kind: z.literal('address-failed'), address: z.string() }),
  z.object({ kind: z.literal('no-address') }),
  /** The root ends within two years: clients need the next one in time. */
  z.object({ kind: z.literal('root-ends'), notAfterMs: timeMsSchema }),
]);
export type NetworkWarning = z.infer<typeof networkWarningSchema>;

export const networkStatusSchema = z.object({
  mode: z.enum(['loopback', 'lan']),
  port: z.number().int(),
  hostName: z.string(),
  /** Loopback first. */
  listening: z.array(listeningAddressSchema),
  /** What was chosen last, also while it is closed; null before the first time. */
  choice: networkChoiceSchema.nullable(),
  /** Base URLs for programs: that of this machine first, then those for the others, by name before by address. */
  baseUrls: z.array(z.string()),
  authority: certificateSchema.nullable(),
  certificate: certificateSchema.nullable(),
  warnings: z.array(networkWarningSchema),
  /** Addresses that were turned away since the start, the latest first; at most ten. */
  refused: z.array(z.object({ address: z.string(), reason: z.enum(['not-allowed', 'too-many']), count: z.number().int(), lastAtMs: timeMsSchema })),
});
export type NetworkStatus = z.infer<typeof networkStatusSchema>;

export const SERVICE_PLATFORMS = ['linux', 'windows', 'macos'] as const;
export const servicePlatformSchema = z.enum(SERVICE_PLATFORMS);
export type ServicePlatform = z.infer<typeof servicePlatformSchema>;

/** Steps in their order; the sentence for each is in the catalogue. */
export const SERVICE_STEPS = ['account', 'folder', 'password', 'unit', 'start', 'look'] as const;
export const serviceFilesSchema = z.object({
  platform: servicePlatformSchema,
  /** The system this instance runs on: its files carry real paths, those of the others examples. */
  ofThisMachine: z.boolean(),
  fileName: z.string(),
  /** Where the file belongs. */
  path: z.string(),
  text: z.string(),
  steps: z.array(z.object({ id: z.enum(SERVICE_STEPS), commands: z.array(z.string()) })),
});
export type ServiceFiles = z.infer<typeof serviceFilesSchema>;

export const exportedRootSchema = z.object({
  certificate: certificateSchema,
  /** Without an ending: modelward-root-<host name>. */
  fileName: z.string(),
  pem: z.string(),
  /** The same in DER, as base64. */
  derBase64: z.string(),
});
export type ExportedRoot = z.infer<typeof exportedRootSchema>;

export const networkContract = {
  status: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(networkStatusSchema),
  /** Addresses one can open: not loopback, not link-local. */
  interfaces: procedure({ permission: 'gateway.read', audit: 'none' }).input(z.strictObject({})).output(z.array(machineAddressSchema)),
  /**
   * Opens the endpoint to the network, closes it again, or changes who may use it. New addresses are opened and asked before old ones
   * are left; running answers end in peace. Raises PORT_TAKEN, ADDRESS_GONE, ENDPOINT_SILENT; then everything stays as it was.
   */
  change: procedure({ permission: 'gateway.manage', audit: 'gateway.networkChanged' }).input(networkChangeSchema).output(networkStatusSchema),
  /** The root certificate for the clients; made where there is none yet, so that clients can have it before the endpoint is opened. */
  exportRoot: procedure({ permission: 'gateway.manage', audit: 'gateway.rootExported' }).input(z.strictObject({})).output(exportedRootSchema),
  /** The same, where the host asks a person for the place. Only where the host has a file dialog (the desktop). */
  saveRoot: procedure({ permission: 'gateway.manage', audit: 'gateway.rootExported' }).input(z.strictObject({})).output(z.object({ path: z.string() })),
  /** A new server certificate now; with `authority` a new root too, which every client must then be given. */
  renewCertificate: procedure({ permission: 'gateway.manage', audit: 'gateway.certificateIssued' })
    .input(z.strictObject({ authority: z.boolean() }))
    .output(networkStatusSchema),
  /** What makes Modelward run as a service without anyone signed in. */
  serviceFiles: procedure({ permission: 'gateway.read', audit: 'none' })
    .input(z.strictObject({ platform: servicePlatformSchema.nullable() }))
    .output(serviceFilesSchema),
};
