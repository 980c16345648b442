import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import type { SafeStorage } from 'electron';
import { app } from './stand-in-app.ts';

type Backend = ReturnType<SafeStorage['getSelectedStorageBackend']>;

/** `MODELWARD_STAND_IN_KEYCHAIN`: a backend of Linux, or `unavailable`. */
const wanted = process.env['MODELWARD_STAND_IN_KEYCHAIN'] ?? 'gnome_libsecret';
/** A key every stand-in has: enough to see that a wrapped secret is not the secret. */
const key = createHash('sha256').update('a keychain for tests').digest();

function requireReady(): void {
  if (!app.isReady()) throw new Error('safeStorage cannot be used before the app is ready');
}

export const safeStorage = {
  isEncryptionAvailable() {
    return app.isReady() && wanted !== 'unavailable';
  },
  getSelectedStorageBackend() {
    return app.isReady() ? (wanted as Backend) : 'unknown';
  },
  encryptString(plainText) {
    requireReady();
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce);
    const sealed = Buffer.concat([cipher.update(plainText, 'utf8'), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), sealed]);
  },
  decryptString(encrypted) {
    requireReady();
    const decipher = createDecipheriv('aes-256-gcm', key, encrypted.subarray(0, 12));
    decipher.setAuthTag(encrypted.subarray(12, 28));
    return Buffer.concat([decipher.update(encrypted.subarray(28)), decipher.final()]).toString('utf8');
  },
} satisfies Pick<SafeStorage, 'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'>;
