import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { hashRaw } from '@node-rs/argon2';
import { z } from 'zod';
import { ExpectedError } from '../errors.ts';
import { writeFileAtomic } from '../files.ts';
import { nameKeyOf } from '../names.ts';

/**
 * The key file holds the 32-byte data key several times, each time wrapped for another way in: one slot for each person's
 * password (Argon2id → AES-256-GCM) and, on the desktop, one for the operating system's keychain. Whoever opens a slot
 * opens the data; the key itself is never written. The GCM tag tells a wrong password from a damaged database.
 */
const base64 = z.string().regex(/^[A-Za-z0-9+/]*={0,2}$/);
const passwordSlotSchema = z.object({
  kind: z.literal('password'),
  /** HMAC-SHA-256 of the folded name under the slot's salt: finds the slot without writing the name down. */
  nameDigest: z.string(),
  salt: base64,
  memoryKiB: z.number().int().min(19_456).max(1_048_576),
  passes: z.number().int().min(2).max(16),
  nonce: base64,
  ciphertext: base64,
  tag: base64,
});
const keychainSlotSchema = z.object({ kind: z.literal('keychain'), wrapped: base64 });
const keyFileSchema = z.object({
  format: z.literal(1),
  /** First 16 bytes of the database this key belongs to, hex; empty until it has been made. */
  databaseSalt: z.string(),
  slots: z.array(z.discriminatedUnion('kind', [passwordSlotSchema, keychainSlotSchema])),
});
type KeyFile = z.infer<typeof keyFileSchema>;
type PasswordSlot = z.infer<typeof passwordSlotSchema>;

/** The operating system's secret store as the desktop host offers it (Electron safeStorage). */
export interface Keychain {
  wrap(secret: Buffer): Buffer;
  /** Throws when the store does not know the secret, e.g. on another machine or for another user. */
  unwrap(wrapped: Buffer): Buffer;
}

/** Number of Argon2id in @node-rs/argon2 (its const enum cannot be imported one module at a time). */
const argon2id = 2;

/** Argon2id for slots: 64 MiB, 3 passes, one lane (RFC 9106's second recommendation with fewer lanes). */
const slotCost = { memoryKiB: 65_536, passes: 3 };

export function keyFileExists(path: string): boolean {
  return existsSync(path);
}

/** Raises KEY_FILE_DAMAGED. */
export function readKeyFile(path: string): KeyFile {
  try {
    return keyFileSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new ExpectedError('KEY_FILE_DAMAGED', { path, detail: error instanceof Error ? error.message.slice(0, 200) : '' }, { cause: error });
  }
}

export function newDataKey(): Buffer {
  return randomBytes(32);
}

export async function passwordSlot(name: string, password: string, dataKey: Buffer): Promise<PasswordSlot> {
  const salt = randomBytes(16);
  const wrapKey = await deriveWrapKey(password, salt, slotCost);
  const nonce = randomBytes(12);
  const cipher = createCipheriv('aes-256-gcm', wrapKey, nonce);
  const ciphertext = Buffer.concat([cipher.update(dataKey), cipher.final()]);
  return {
    kind: 'password',
    nameDigest: nameDigestOf(name, salt),
    salt: salt.toString('base64'),
    ...slotCost,
    nonce: nonce.toString('base64'),
    ciphertext: ciphertext.toString('base64'),
    tag: cipher.getAuthTag().toString('base64'),
  };
}

export function keychainSlot(keychain: Keychain, dataKey: Buffer): z.infer<typeof keychainSlotSchema> {
  return { kind: 'keychain', wrapped: keychain.wrap(dataKey).toString('base64') };
}

export function writeKeyFile(path: string, content: Omit<KeyFile, 'format'>): void {
  writeFileAtomic(path, `${JSON.stringify({ format: 1, ...content }, null, 2)}\n`);
}

/**
 * The data key, or null when no slot carries that name and password. Costs one Argon2id run in either case. Without a
 * name the only password slot is meant, where there is just one.
 */
export async function unlockWithPassword(file: KeyFile, name: string | undefined, password: string): Promise<Buffer | null> {
  const slots = file.slots.filter((slot) => slot.kind === 'password');
  const slot =
    name === undefined
      ? slots.length === 1
        ? slots[0]
        : undefined
      : slots.find((candidate) => candidate.nameDigest === nameDigestOf(name, Buffer.from(candidate.salt, 'base64')));
  const salt = slot === undefined ? randomBytes(16) : Buffer.from(slot.salt, 'base64');
  const wrapKey = await deriveWrapKey(password, salt, slot ?? slotCost);
  if (slot === undefined) return null;
  const decipher = createDecipheriv('aes-256-gcm', wrapKey, Buffer.from(slot.nonce, 'base64'));
  decipher.setAuthTag(Buffer.from(slot.tag, 'base64'));
  try {
    return Buffer.concat([decipher.update(Buffer.from(slot.ciphertext, 'base64')), decipher.final()]);
  } catch {
    return null; // the tag does not fit: a wrong password
  }
}

/** The data key from the keychain slot; null when there is no slot or this keychain cannot open it. */
export function unlockWithKeychain(file: KeyFile, keychain: Keychain): Buffer | null {
  const slot = file.slots.find((candidate) => candidate.kind === 'keychain');
  if (slot === undefined) return null;
  try {
    const key = keychain.unwrap(Buffer.from(slot.wrapped, 'base64'));
    return key.length === 32 ? key : null;
  } catch {
    return null; // another user, another machine, a reset keychain: the password slots remain
  }
}

function nameDigestOf(name: string, salt: Buffer): string {
  return createHmac('sha256', salt).update(nameKeyOf(name)).digest('hex');
}

async function deriveWrapKey(password: string, salt: Buffer, cost: { memoryKiB: number; passes: number }): Promise<Buffer> {
  return hashRaw(password.normalize('NFKC'), {
    algorithm: argon2id,
    memoryCost: cost.memoryKiB,
    timeCost: cost.passes,
    parallelism: 1,
    outputLen: 32,
    salt,
  });
}
