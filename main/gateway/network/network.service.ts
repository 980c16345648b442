import { X509Certificate } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { AuditLog } from '../../audit/index.ts';
import type { ErrorValue } from '../../contract/errors.ts';
import type { ExportedRoot, MachineAddress, NetworkChange, NetworkStatus, ServiceFiles, ServicePlatform } from '../../contract/network.contract.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { DatabaseHandle } from '../../kernel/database/open-database.ts';
import { ExpectedError } from '../../kernel/errors.ts';
import type { EventBus } from '../../kernel/event-bus.ts';
import type { SaveFile } from '../../kernel/files.ts';
import { systemInteraction } from '../../kernel/interaction.ts';
import type { Interaction } from '../../kernel/interaction.ts';
import type { SettingsStore } from '../../kernel/settings.store.ts';
import { createCertificateAuthority } from './certificate-authority.ts';
import type { CertificateDraft, DraftOrder } from './certificate-authority.ts';
import { createCertificatesStore } from './certificates.store.ts';
import { createConnectionGate } from './connection-gate.ts';
import { createEndpoint } from './endpoint.ts';
import type { Endpoint, Place } from './endpoint.ts';
import { machineAddresses, machineName } from './machine-addresses.ts';
import { auditSettings, certificateNames, changedSettings, LOOPBACK_ADDRESS, placesOf, readNetworkSettings, wantedAddresses, writeNetworkSettings } from './network-settings.ts';
import type { NetworkSettings } from './network-settings.ts';
import { networkStatus } from './network-status.ts';
import { createOwnNames } from './own-names.ts';
import { createRefusedConnections } from './refused-connections.ts';
import { createSelfTest } from './self-test.ts';
import { serviceFiles } from './service-files.ts';
import type { ServiceFacts } from './service-files.ts';

/** What answers the requests of every address. */
export interface RequestHandler {
  handler: (request: IncomingMessage, response: ServerResponse) => void;
  onUnreadable: (socket: Socket) => void;
  /** Ends running answers and takes no new request. */
  endAnswers(): void;
  close(): Promise<void>;
}

/** Where the endpoint listens, for whom, and how it proves who it is. */
export interface NetworkService {
  /** Opens what is chosen, loopback first. What cannot be opened is told by `status`, and tried again. Never rejects for that. */
  start(): Promise<void>;
  loopback(): { running: boolean; problem: ErrorValue | null; port: number };
  /** Moves every address to another port. Raises PORT_TAKEN, ENDPOINT_SILENT; the old one then keeps serving and stays stored. */
  setPort(interaction: Interaction, port: number): Promise<void>;
  status(): NetworkStatus;
  interfaces(): MachineAddress[];
  /** Raises PORT_TAKEN, ADDRESS_GONE, ENDPOINT_SILENT; then everything stays as it was. */
  change(interaction: Interaction, change: NetworkChange): Promise<NetworkStatus>;
  exportRoot(interaction: Interaction): ExportedRoot;
  saveRoot(interaction: Interaction, saveFile: SaveFile): Promise<{ path: string }>;
  renewCertificate(interaction: Interaction, options: { authority: boolean }): Promise<NetworkStatus>;
  serviceFiles(platform: ServicePlatform | null): ServiceFiles;
  /** Whether a Host header names this machine. */
  isOwnHost(host: string | undefined): boolean;
  /** Looks at the machine's addresses and the certificate's age now, as a timer does by itself. */
  look(): Promise<void>;
  /** Writes what was only counted. Throws what the database throws. */
  flush(): void;
  dispose(): Promise<void>;
}

export interface NetworkPorts {
  /** What the operating system tells of its addresses. */
  addresses?: () => MachineAddress[];
  service?: ServiceFacts;
}

export interface NetworkDependencies {
  db: DatabaseHandle;
  audit: AuditLog;
  clock: Clock;
  events: EventBus;
  settings: SettingsStore;
  reportBug: (error: unknown, where: string) => string;
  defaultPort: number;
  createHandler: () => Promise<RequestHandler>;
  ports: NetworkPorts;
}

const LOOK_EVERY_MS = 5000;
/** An address that could not be opened is tried again this often, also when nothing has changed. */
const RETRY_MS = 60_000;
/** How long running answers have to say a last word when the application ends. */
const CLOSE_GRACE_MS = 2000;

export function createNetworkService(dependencies: NetworkDependencies): NetworkService {
  const { db, audit, clock, events, settings, reportBug, defaultPort, createHandler, ports } = dependencies;
  const readAddresses = ports.addresses ?? machineAddresses;
  const hostName = machineName();
  const authority = createCertificateAuthority({ store: createCertificatesStore(db), audit, clock, installation: hostName });
  const refused = createRefusedConnections(audit, clock);
  const gate = createConnectionGate({
    onRefused(address, reason) {
      try {
        if (refused.add(address, reason)) events.publish({ type: 'gateway.changed' });
      } catch (error) {
        reportBug(error, 'gateway audit'); // refused all the same
      }
    },
  });
  const selfTest = createSelfTest();
  let running: { handler: RequestHandler; endpoint: Endpoint } | null = null;
  let isOwnHost = createOwnNames([]);
  let problems: ReadonlyMap<string, ErrorValue> = new Map();
  /** Addresses the machine had when the endpoint was last arranged. */
  let seenAddresses = '';
  let triedAtMs = 0;
  let started = false;
  let disposed = false;
  let moving: Promise<unknown> = Promise.resolve();

  /** One change at a time: two that cross would leave an address open that nobody knows. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = moving.then(work, work);
    moving = turn.catch(() => undefined);
    return turn;
  };
  const stored = (): NetworkSettings => readNetworkSettings(settings, defaultPort);
  const endpointOf = async (): Promise<Endpoint> => {
    if (running !== null) return running.endpoint;
    const handler = await createHandler();
    const answer: RequestHandler['handler'] = (request, response) => {
      if (!selfTest.answer(request, response)) handler.handler(request, response);
    };
    running = { handler, endpoint: createEndpoint({ gate, handler: answer, onUnreadable: handler.onUnreadable, selfTest, reportBug }) };
    return running.endpoint;
  };
  const listeners = () => running?.endpoint.listeners() ?? [];

  interface Arrangement {
    next: NetworkSettings;
    want: DraftOrder['want'];
    newAuthority?: boolean;
    mayFail: (place: Place) => boolean;
    /** Runs in the transaction in which new certificates are kept. */
    inTransaction: () => void;
    interaction: Interaction;
  }
  /** Opens and asks what is new, writes it down, leaves what is old: in this order, so that a failure leaves everything as it was. */
  const arrange = async ({ next, want, newAuthority = false, mayFail, inTransaction, interaction }: Arrangement): Promise<void> => {
    if (disposed) throw new ExpectedError('CANCELLED', {});
    const machine = readAddresses();
    const wanted = wantedAddresses(next, machine);
    const [gone] = wanted.missing;
    if (gone !== undefined && !mayFail({ address: gone, port: next.port, encrypted: true })) throw new ExpectedError('ADDRESS_GONE', { address: gone });
    const encrypts = next.mode === 'lan' && next.choice?.encryption.kind === 'tls';
    const names = certificateNames(next, { hostName, addresses: wanted.present });
    const draft: CertificateDraft | null = encrypts ? authority.draft({ names, want, newAuthority }) : null;
    const endpoint = await endpointOf();
    const prepared = await endpoint.prepare({
      places: placesOf(next, wanted.present),
      tls: draft === null ? null : { certificatePem: draft.server.certificatePem, privateKeyPem: draft.server.privateKeyPem, rootPem: draft.authority.certificatePem },
      mayFail,
    });
    try {
      db.transaction(() => {
        if (draft !== null) authority.keep(interaction, draft);
        inTransaction();
      }).immediate();
    } catch (error) {
      await prepared.abandon();
      throw error;
    }
    gate.setRanges(next.mode === 'lan' ? (next.choice?.allow ?? []) : []);
    isOwnHost = createOwnNames(next.mode === 'lan' ? names : []);
    prepared.commit();
    problems = prepared.problems;
    seenAddresses = JSON.stringify(machine.map(({ address }) => address));
    triedAtMs = clock.monotonicMs();
    events.publish({ type: 'gateway.changed' });
  };
  /** By itself: at the start, when addresses come and go, when a certificate is due. */
  const rearrange = (): Promise<void> =>
    arrange({ next: stored(), want: 'covering', mayFail: () => true, inTransaction: () => undefined, interaction: systemInteraction('gateway') });

  const status = (): NetworkStatus =>
    networkStatus({
      settings: stored(),
      hostName,
      listeners: listeners(),
      wanted: wantedAddresses(stored(), readAddresses()),
      problems,
      ...authority.facts(),
      refused: refused.latest(),
      nowMs: clock.nowMs(),
    });
  const isOpen = (): boolean => stored().mode === 'lan';
  const look = (): Promise<void> =>
    inTurn(async () => {
      if (!started || disposed || !isOpen()) return;
      const hasChanged = seenAddresses !== JSON.stringify(readAddresses().map(({ address }) => address));
      const isIncomplete = status().listening.some(({ state }) => state !== 'listening') && clock.monotonicMs() - triedAtMs >= RETRY_MS;
      if (!hasChanged && !isIncomplete && !authority.isDue()) return;
      await rearrange();
    });
  const lookTimer = setInterval(() => void look().catch((error: unknown) => reportBug(error, 'gateway network')), LOOK_EVERY_MS);
  lookTimer.unref();

  /** The root, made now where there is none. `record` runs in the same transaction. */
  const requireRoot = (interaction: Interaction, record: (root: { subject: string; fingerprint: string }) => void): ExportedRoot => {
    const root = db
      .transaction(() => {
        const made = authority.ensureAuthority(interaction);
        record(made);
        return made;
      })
      .immediate();
    events.publish({ type: 'gateway.changed' });
    const certificate = authority.facts().authority;
    if (certificate === null) throw new Error('a root was made and is not there');
    return { certificate, fileName: `modelward-root-${hostName}`, pem: root.certificatePem, derBase64: new X509Certificate(root.certificatePem).raw.toString('base64') };
  };
  const exportedEntry = ({ subject, fingerprint }: { subject: string; fingerprint: string }) =>
    ({ type: 'gateway.rootExported', object: { type: 'certificate', id: 'authority', name: subject }, after: { fingerprint } }) as const;

  return {
    isOwnHost: (host) => isOwnHost(host),
    status,
    look,
    interfaces: readAddresses,
    exportRoot: (interaction) => requireRoot(interaction, (root) => audit.append(interaction, exportedEntry(root))),
    start: () =>
      inTurn(async () => {
        if (started || disposed) return;
        started = true;
        try {
          await rearrange();
        } catch (error) {
          problems = new Map([[LOOPBACK_ADDRESS, { code: 'BUG', data: { referenceId: reportBug(error, 'gateway start') } }]]);
          events.publish({ type: 'gateway.changed' });
        }
      }),
    loopback() {
      const listener = listeners().find(({ address }) => address === LOOPBACK_ADDRESS);
      return { running: listener !== undefined, problem: listener === undefined ? (problems.get(LOOPBACK_ADDRESS) ?? null) : null, port: listener?.port ?? stored().port };
    },
    setPort: (interaction, port) =>
      inTurn(async () => {
        const before = stored();
        const wasRunning = listeners().length > 0;
        const next = { ...before, port };
        await arrange({
          next,
          want: 'covering',
          // An address that was lost before is no reason to stay on the old port.
          mayFail: ({ address }) => address !== LOOPBACK_ADDRESS && !listeners().some((listener) => listener.address === address),
          interaction,
          inTransaction() {
            writeNetworkSettings(settings, next);
            audit.append(interaction, {
              type: 'gateway.settingsChanged',
              object: { type: 'gateway', id: 'gateway', name: LOOPBACK_ADDRESS },
              before: { port: before.port, running: wasRunning },
              after: { port, running: true },
            });
          },
        });
      }),
    change: (interaction, change) =>
      inTurn(async () => {
        const before = stored();
        const next = changedSettings(before, change);
        await arrange({
          next,
          want: 'exact',
          // To close, nothing new is opened: that must never fail because the loopback port is somebody else's.
          mayFail: ({ address }) => address === LOOPBACK_ADDRESS && next.port === before.port,
          interaction,
          inTransaction() {
            writeNetworkSettings(settings, next);
            audit.append(interaction, {
              type: 'gateway.networkChanged',
              object: { type: 'gateway', id: 'gateway', name: LOOPBACK_ADDRESS },
              before: auditSettings(before),
              after: auditSettings(next),
            });
          },
        });
        return status();
      }),
    async saveRoot(interaction, saveFile) {
      const { fileName, pem, certificate } = requireRoot(interaction, () => undefined);
      const path = await saveFile({ fileName: `${fileName}.pem`, text: pem });
      if (path === null) throw new ExpectedError('CANCELLED', {});
      audit.appendAlone(interaction, exportedEntry(certificate));
      return { path };
    },
    renewCertificate: (interaction, options) =>
      inTurn(async () => {
        const now = stored();
        if (now.mode === 'lan' && now.choice?.encryption.kind === 'tls') {
          await arrange({ next: now, want: 'renewed', newAuthority: options.authority, mayFail: () => true, interaction, inTransaction: () => undefined });
          return status();
        }
        // Nothing shows it now; it is ready for the next time.
        const names = certificateNames(now, { hostName, addresses: readAddresses().map(({ address }) => address) });
        db.transaction(() => authority.keep(interaction, authority.draft({ names, want: 'renewed', newAuthority: options.authority }))).immediate();
        events.publish({ type: 'gateway.changed' });
        return status();
      }),
    serviceFiles(platform) {
      return serviceFiles(ports.service ?? null, platform);
    },
    flush: () => refused.flush(),
    dispose: () =>
      inTurn(async () => {
        disposed = true;
        clearInterval(lookTimer);
        if (running === null) return;
        running.handler.endAnswers();
        await running.endpoint.close(CLOSE_GRACE_MS);
        await running.handler.close();
        running = null;
      }),
  };
}
