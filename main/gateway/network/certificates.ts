import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { bitString, explicit, implicit, integer, objectIdentifier, octetString, sequence, setOf, time, truth, utf8String } from './der.ts';

/** A certificate with its private key, both as PEM. Kept in the encrypted database and nowhere else. */
export interface KeyedCertificate {
  certificatePem: string;
  /** PKCS #8. */
  privateKeyPem: string;
  subject: string;
  /** DNS names and addresses it is good for; empty for an authority. */
  names: string[];
  notBeforeMs: number;
  notAfterMs: number;
  /** SHA-256 of the DER, as pairs of hex digits with colons. */
  fingerprint: string;
}

const DAY_MS = 86_400_000;
/** Ten years. */
export const AUTHORITY_LIFE_MS = 3652 * DAY_MS;
/** What browsers and Apple's systems accept at most (CA/Browser Forum Baseline Requirements 6.3.2; Apple HT211025 asks the same of own roots up to 825). */
export const SERVER_LIFE_MS = 397 * DAY_MS;
/** Clients' clocks may be this far behind. */
const BACKDATED_MS = 3_600_000;
/** Upper bound of a common name (RFC 5280, appendix A.1). */
const LONGEST_COMMON_NAME = 64;

const OID = {
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  serverAuthentication: '1.3.6.1.5.5.7.3.1',
} as const;

/** A root that may sign server certificates and nothing below them: P-256, ten years (RFC 5280, 4.2.1). */
export function makeAuthority(installation: string, nowMs: number): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // The day tells two roots of one machine apart in a client's list.
  const day = new Date(nowMs).toISOString().slice(0, 10);
  const commonName = `Modelward ${installation.slice(0, LONGEST_COMMON_NAME - 'Modelward '.length - ' root '.length - day.length)} root ${day}`;
  const notBeforeMs = nowMs - BACKDATED_MS;
  return keyed({
    subject: commonName,
    issuer: commonName,
    publicKey,
    privateKey,
    signer: privateKey,
    notBeforeMs,
    notAfterMs: notBeforeMs + AUTHORITY_LIFE_MS,
    names: [],
    extensions: [
      extension(OID.basicConstraints, sequence(truth(), integer(Buffer.from([0]))), true),
      // keyCertSign (bit 5) and cRLSign (bit 6); the last bit of the byte is unused.
      extension(OID.keyUsage, bitString(Buffer.from([0x06]), 1), true),
      extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(publicKey))),
    ],
  });
}

/**
 * A server certificate of an authority, good for `names` (DNS names, IPv4 and IPv6 addresses): P-256, 397 days, never longer than the
 * authority itself.
 */
export function makeServerCertificate(authority: KeyedCertificate, names: readonly string[], nowMs: number): KeyedCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const notBeforeMs = Math.max(nowMs - BACKDATED_MS, authority.notBeforeMs);
  const commonName = (names.find((name) => isIP(name) === 0) ?? names[0] ?? '').slice(0, LONGEST_COMMON_NAME);
  return keyed({
    subject: commonName,
    issuer: authority.subject,
    publicKey,
    privateKey,
    signer: createPrivateKey(authority.privateKeyPem),
    notBeforeMs,
    notAfterMs: Math.min(notBeforeMs + SERVER_LIFE_MS, authority.notAfterMs),
    names: [...names],
    extensions: [
      extension(OID.basicConstraints, sequence(), true),
      // digitalSignature (bit 0): all that TLS 1.2 with ECDHE and TLS 1.3 need.
      extension(OID.keyUsage, bitString(Buffer.from([0x80]), 7), true),
      extension(OID.extendedKeyUsage, sequence(objectIdentifier(OID.serverAuthentication))),
      extension(OID.subjectAlternativeName, sequence(...names.map(generalName))),
      extension(OID.subjectKeyIdentifier, octetString(keyIdentifier(publicKey))),
      extension(OID.authorityKeyIdentifier, sequence(implicit(0, keyIdentifier(createPublicKey(authority.certificatePem))))),
    ],
  });
}

/** When a certificate is made anew: at two thirds of its life. */
export function renewAtMs({ notBeforeMs, notAfterMs }: Pick<KeyedCertificate, 'notBeforeMs' | 'notAfterMs'>): number {
  return notBeforeMs + Math.floor(((notAfterMs - notBeforeMs) * 2) / 3);
}

/** The 4 or 16 bytes of an address. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  // The URL parser writes an IPv6 address in its one canonical form, without dots.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const groups = (text: string | undefined): number[] => (text === undefined || text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16)));
  const front = groups(head);
  const back = groups(tail);
  const all = [...front, ...Array.from({ length: 8 - front.length - back.length }, () => 0), ...back];
  return Buffer.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}

interface Draft {
  subject: string;
  issuer: string;
  publicKey: KeyObject;
  privateKey: KeyObject;
  /** Whose key signs. */
  signer: KeyObject;
  notBeforeMs: number;
  notAfterMs: number;
  names: string[];
  extensions: Buffer[];
}

function keyed(draft: Draft): KeyedCertificate {
  const algorithm = sequence(objectIdentifier(OID.ecdsaWithSha256));
  // Times of a certificate are whole seconds; what is remembered must be what is written.
  const notBeforeMs = Math.floor(draft.notBeforeMs / 1000) * 1000;
  const notAfterMs = Math.floor(draft.notAfterMs / 1000) * 1000;
  const body = sequence(
    explicit(0, integer(Buffer.from([2]))),
    integer(serialNumber()),
    algorithm,
    distinguishedName(draft.issuer),
    sequence(time(notBeforeMs), time(notAfterMs)),
    distinguishedName(draft.subject),
    draft.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(3, sequence(...draft.extensions)),
  );
  const der = sequence(body, algorithm, bitString(sign('sha256', body, draft.signer)));
  const certificate = new X509Certificate(der);
  return {
    certificatePem: certificate.toString(),
    privateKeyPem: draft.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    subject: draft.subject,
    names: draft.names,
    notBeforeMs,
    notAfterMs,
    fingerprint: certificate.fingerprint256,
  };
}

/** 126 random bits, positive and of one length (RFC 5280, 4.1.2.2 allows 20 bytes). */
function serialNumber(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes;
}

function distinguishedName(commonName: string): Buffer {
  const attribute = (oid: string, text: string): Buffer => setOf(sequence(objectIdentifier(oid), utf8String(text)));
  return sequence(attribute(OID.organization, 'Modelward'), attribute(OID.commonName, commonName));
}

function extension(oid: string, value: Buffer, critical = false): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [truth()] : []), octetString(value));
}

/** dNSName [2] or iPAddress [7] (RFC 5280, 4.2.1.6). */
function generalName(name: string): Buffer {
  return isIP(name) === 0 ? implicit(2, Buffer.from(name, 'ascii')) : implicit(7, addressBytes(name));
}

/** Left 160 bits of the SHA-256 of the public key's bits (RFC 7093, method 1). */
function keyIdentifier(publicKey: KeyObject): Buffer {
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  // A P-256 point, uncompressed, is the last 65 bytes of its SubjectPublicKeyInfo (RFC 5480).
  return createHash('sha256').update(spki.subarray(-65)).digest().subarray(0, 20);
}
