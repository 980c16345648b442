import type { SafeStorage } from 'electron';
import type { Keychain } from '../kernel/data-folder/key-file.ts';

type Storage = Pick<SafeStorage, 'isEncryptionAvailable' | 'getSelectedStorageBackend' | 'encryptString' | 'decryptString'>;

/** On Linux without a secret service Electron "encrypts" with a key everybody knows. */
const protectsNothing: ReadonlySet<string> = new Set(['basic_text', 'unknown']);

/**
 * The operating system's secret store as a keychain; null where there is none that protects anything: then a person's
 * password opens the data at each start. Call after the app is ready. (SECURITY §3)
 */
export function createKeychain(storage: Storage, platform: NodeJS.Platform = process.platform): Keychain | null {
  if (!storage.isEncryptionAvailable()) return null;
  if (platform === 'linux' && protectsNothing.has(storage.getSelectedStorageBackend())) return null;
  return {
    wrap: (secret) => storage.encryptString(secret.toString('base64')),
    unwrap: (wrapped) => Buffer.from(storage.decryptString(wrapped), 'base64'),
  };
}
