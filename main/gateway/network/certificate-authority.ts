import type { AuditLog } from '../../audit/index.ts';
import type { Certificate } from '../../contract/network.contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { Interaction } from '../../kernel/interaction.ts';
import { makeAuthority, makeServerCertificate, renewAtMs } from './certificates.ts';
import type { KeyedCertificate } from './certificates.ts';
import type { CertificatesStore } from './certificates.store.ts';

/** Certificates as they would be; kept only with `keep`, so that an endpoint can be tried with them first. */
export interface CertificateDraft {
  authority: KeyedCertificate;
  server: KeyedCertificate;
  isNewAuthority: boolean;
  isNewServer: boolean;
}

export interface DraftOrder {
  /** DNS names and addresses the certificate must be good for. */
  names: readonly string[];
  /** `exact`: for these names and no others. `covering`: one that is good for more stays. `renewed`: a new one in any case. */
  want: 'exact' | 'covering' | 'renewed';
  /** A new root too. */
  newAuthority?: boolean;
}

/** The root of this installation and the certificate of its endpoint. */
export interface CertificateAuthority {
  facts(): { authority: Certificate | null; certificate: Certificate | null };
  /** PEM of the root, null where there is none yet. */
  rootPem(): string | null;
  draft(order: DraftOrder): CertificateDraft;
  /** To be called inside the transaction of the change that needs them; leaves an event for each new one. */
  keep(interaction: Interaction, draft: CertificateDraft): void;
  /** To be called inside a transaction: the root, made now where there is none. */
  ensureAuthority(interaction: Interaction): KeyedCertificate;
  /** Whether two thirds of the certificate's life are over. */
  isDue(): boolean;
}

export interface CertificateAuthorityDependencies {
  store: CertificatesStore;
  audit: AuditLog;
  clock: Clock;
  /** In the root's name. */
  installation: string;
}

export function createCertificateAuthority({ store, audit, clock, installation }: CertificateAuthorityDependencies): CertificateAuthority {
  const keepOne = (interaction: Interaction, kind: 'authority' | 'server', made: KeyedCertificate): void => {
    const before = store.get(kind);
    store.put(kind, made);
    audit.append(interaction, {
      type: 'gateway.certificateIssued',
      object: { type: 'certificate', id: kind, name: made.subject },
      before: before === undefined ? null : auditFacts(before),
      after: auditFacts(made),
    });
  };
  return {
    facts: () => ({ authority: viewOf(store.get('authority'), false), certificate: viewOf(store.get('server'), true) }),
    rootPem: () => store.get('authority')?.certificatePem ?? null,
    draft({ names, want, newAuthority = false }) {
      const nowMs = clock.nowMs();
      const known = newAuthority ? undefined : store.get('authority');
      // A root that is over vouches for nothing any more.
      const authority = known !== undefined && known.notAfterMs > nowMs ? known : makeAuthority(installation, nowMs);
      const isNewAuthority = authority !== known;
      const current = store.get('server');
      const fits = current !== undefined && !isNewAuthority && want !== 'renewed' && nowMs < renewAtMs(current) && isGoodFor(current, names, want === 'exact');
      return { authority, isNewAuthority, server: fits ? current : makeServerCertificate(authority, names, nowMs), isNewServer: !fits };
    },
    keep(interaction, { authority, server, isNewAuthority, isNewServer }) {
      if (isNewAuthority) keepOne(interaction, 'authority', authority);
      if (isNewServer) keepOne(interaction, 'server', server);
    },
    ensureAuthority(interaction) {
      const known = store.get('authority');
      if (known !== undefined && known.notAfterMs > clock.nowMs()) return known;
      const made = makeAuthority(installation, clock.nowMs());
      keepOne(interaction, 'authority', made);
      return made;
    },
    isDue() {
      const server = store.get('server');
      return server !== undefined && clock.nowMs() >= renewAtMs(server);
    },
  };
}

function isGoodFor({ names }: KeyedCertificate, wanted: readonly string[], exactly: boolean): boolean {
  return wanted.every((name) => names.includes(name)) && (!exactly || names.length === new Set(wanted).size);
}

function viewOf(certificate: KeyedCertificate | undefined, renews: boolean): Certificate | null {
  if (certificate === undefined) return null;
  const { subject, fingerprint, notBeforeMs, notAfterMs, names } = certificate;
  return { subject, fingerprint, notBeforeMs, notAfterMs, names, renewAtMs: renews ? renewAtMs(certificate) : null };
}

/** Never the private key. */
function auditFacts({ subject, fingerprint, names, notBeforeMs, notAfterMs }: KeyedCertificate) {
  return { subject, fingerprint, names, notBeforeMs, notAfterMs };
}
