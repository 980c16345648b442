import { z } from 'zod';
import type { DatabaseHandle } from '../../kernel/database/open-database.ts';
import type { KeyedCertificate } from './certificates.ts';

export type CertificateKind = 'authority' | 'server';

export interface CertificatesStore {
  get(kind: CertificateKind): KeyedCertificate | undefined;
  /** In place of the one before, whose private key is gone then. To be called inside the transaction that also writes the audit event. */
  put(kind: CertificateKind, certificate: KeyedCertificate): void;
}

type Row = Omit<KeyedCertificate, 'names'> & { names: string };
const namesSchema = z.array(z.string());

export function createCertificatesStore(db: DatabaseHandle): CertificatesStore {
  const one = db.prepare<[string], Row>(
    `SELECT certificate_pem AS certificatePem, private_key_pem AS privateKeyPem, subject, names, fingerprint, not_before_ms AS notBeforeMs, not_after_ms AS notAfterMs
     FROM certificates WHERE kind = ?`,
  );
  const put = db.prepare(
    `INSERT OR REPLACE INTO certificates (kind, certificate_pem, private_key_pem, subject, names, fingerprint, not_before_ms, not_after_ms)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
  );
  return {
    get(kind) {
      const row = one.get(kind);
      return row === undefined ? undefined : { ...row, names: namesSchema.parse(JSON.parse(row.names)) };
    },
    put(kind, { certificatePem, privateKeyPem, subject, names, fingerprint, notBeforeMs, notAfterMs }) {
      put.run(kind, certificatePem, privateKeyPem, subject, JSON.stringify(names), fingerprint, notBeforeMs, notAfterMs);
    },
  };
}
