import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { accountsRouter, checkPassword, createSessions, createSignInGuard } from './accounts/index.ts';
import type { Credentials, Sessions } from './accounts/index.ts';
import { adaptersRouter } from './adapters/index.ts';
import { auditRouter } from './audit/index.ts';
import { benchmarksRouter } from './benchmarks/index.ts';
import type { SessionView } from './contract/accounts.contract.ts';
import type { AppEvent } from './contract/events.contract.ts';
import type { SystemStatus } from './contract/system.contract.ts';
import { datasetsRouter } from './datasets/index.ts';
import { deploymentsRouter } from './deployments/index.ts';
import { createHardwareService } from './engine/hardware/hardware.service.ts';
import { eventsRouter } from './events.router.ts';
import { apiKeysRouter, gatewayRouter, networkRouter } from './gateway/index.ts';
import type { HostPorts } from './host-ports.ts';
import { systemClock } from './kernel/clock.ts';
import { lockDataFolder } from './kernel/data-folder/folder-lock.ts';
import type { FolderLock } from './kernel/data-folder/folder-lock.ts';
import { openJournal } from './kernel/data-folder/journal.ts';
import { keychainSlot, newDataKey, passwordSlot, readKeyFile, unlockWithKeychain, unlockWithPassword, writeKeyFile } from './kernel/data-folder/key-file.ts';
import { layoutOf } from './kernel/data-folder/layout.ts';
import type { DataFolderLayout } from './kernel/data-folder/layout.ts';
import { chosenDataFolder, rememberDataFolder } from './kernel/data-folder/location.ts';
import { readSalt } from './kernel/database/open-database.ts';
import { ExpectedError, expectedFromValue } from './kernel/errors.ts';
import { createEventBus } from './kernel/event-bus.ts';
import { newInteraction, systemInteraction } from './kernel/interaction.ts';
import type { Interaction } from './kernel/interaction.ts';
import { jobsRouter } from './kernel/jobs/jobs.router.ts';
import { openLog, silentLog } from './kernel/log.ts';
import type { Log } from './kernel/log.ts';
import { createImplementer } from './kernel/router-base.ts';
import type { RouterPorts } from './kernel/router-base.ts';
import { modelsRouter } from './models/index.ts';
import { monitoringRouter } from './monitoring/index.ts';
import { openHouse } from './open-house.ts';
import type { House } from './open-house.ts';
import { quantizationRouter } from './quantization/index.ts';
import { createDoctor, systemRouter } from './system/index.ts';
import type { SystemRouterPorts } from './system/index.ts';
import { trainingRouter } from './training/index.ts';
import { usageRouter } from './usage/index.ts';

/** The whole application behind its router, as a host holds it. */
export interface Application {
  readonly router: ReturnType<typeof buildRouter>;
  /** Takes the data folder and sees how it stands; opens it at once where the keychain has the key. Never throws for an expected problem: `status` tells it. */
  start(): Promise<void>;
  /**
   * Opens the database without a person, for a service, and signs nobody in. Nothing where it is open. Raises WRONG_PASSWORD,
   * LOCKED_OUT, NOT_SET_UP, or the problem that keeps the house shut.
   */
  unlock(credentials: Credentials): Promise<void>;
  status(clientId: string): SystemStatus;
  layout(): DataFolderLayout;
  /** Bytes of a file dragged into a browser. Raises NOT_SIGNED_IN, NOT_FOUND, WRONG_INPUT, DISK_FULL. */
  receiveUpload(uploadId: string, clientId: string, body: Readable): Promise<void>;
  /** Ends whatever this client had: its window is gone. */
  forgetClient(clientId: string): void;
  log(): Log;
  /** What would stop if the application ended now, by name; for hosts that show it themselves (tray, question at quitting). */
  activity(): Activity;
  /** Hears every announcement; for hosts with notifications of their own. Returns how to stop. */
  onEvent(listener: (event: AppEvent) => void): () => void;
  dispose(): Promise<void>;
}

export interface Activity {
  /** Deployments that answer or are about to. */
  models: string[];
  /** Jobs that run or wait. */
  jobs: string[];
}

type Standing =
  | { state: 'not-set-up' }
  | { state: 'locked' }
  | { state: 'broken'; problem: ExpectedError }
  | { state: 'ready'; house: House };

/** Constructs and wires everything once. What must not be shared between two applications in one process is made here. */
export function createApplication(ports: HostPorts): Application {
  const clock = systemClock();
  let log = silentLog();
  const reportBug = (error: unknown, where: string): string => {
    const referenceId = randomBytes(4).toString('hex');
    log.write('error', 'unforeseen error', { referenceId, where, error });
    return referenceId;
  };
  const events = createEventBus((error) => reportBug(error, 'event listener'));
  const hardware = ports.hardware ?? createHardwareService(ports);
  let layout = layoutOf(ports.fixedDataFolder ?? chosenDataFolder());
  let lock: FolderLock | null = null;
  let standing: Standing = { state: 'not-set-up' };
  let opening: Promise<unknown> = Promise.resolve();

  const sessions: Sessions = createSessions(clock, (_clientId, person, reason) => {
    if (standing.state !== 'ready') return;
    standing.house.auditLog.appendAlone(newInteraction({ kind: 'person', id: person.id, name: person.name, role: person.role }, { host: ports.host, address: '' }), {
      type: 'accounts.sessionLocked',
      object: { type: 'person', id: person.id, name: person.name },
      after: { reason },
    });
  });
  const guard = () => createSignInGuard(layout.signInGuard, clock);
  const requireHouse = (): House => {
    switch (standing.state) {
      case 'ready':
        return standing.house;
      case 'broken':
        throw expectedFromValue(standing.problem.toValue());
      case 'locked':
        throw new ExpectedError('LOCKED', {});
      case 'not-set-up':
        throw new ExpectedError('NOT_SET_UP', { path: layout.root });
    }
  };

  /** One at a time: two clients that unlock at the same moment must not open the database twice. */
  const inTurn = <Value>(work: () => Promise<Value>): Promise<Value> => {
    const turn = opening.then(work, work);
    opening = turn.catch(() => undefined);
    return turn;
  };
  const open = async (key: Buffer, expectedSalt: Buffer | null): Promise<House> => {
    const house = await openHouse({ ports, layout, key, expectedSalt, clock, events, guard: guard(), sessions, hardware, reportBug });
    standing = { state: 'ready', house };
    return house;
  };
  /** A keychain can give back a key that is no longer the right one; a password then still opens, or says what is broken. */
  const openByKeychain = async (key: Buffer, salt: Buffer): Promise<void> => {
    try {
      await open(key, salt);
    } catch (error) {
      const maybeKey = error instanceof ExpectedError && (error.code === 'DATABASE_KEY_WRONG' || error.code === 'DATABASE_DAMAGED');
      if (!maybeKey) throw error;
      log.write('warning', 'the key of the keychain does not open the database', { error });
    }
  };
  const broken = (error: unknown): ExpectedError => {
    const problem = error instanceof ExpectedError ? error : new ExpectedError('BUG', { referenceId: reportBug(error, 'open') });
    standing = { state: 'broken', problem };
    return problem;
  };
  const noteBeforeOpen = (type: 'system.startRefused' | 'accounts.signedIn' | 'system.setUp' | 'access.denied', reason: string, interaction: Interaction | null): void => {
    if (lock === null) return;
    openJournal(layout.journal).add({
      timeMs: clock.nowMs(),
      type,
      reason,
      actorName: interaction?.actor.name ?? '',
      host: ports.host,
      address: interaction?.source.address ?? '',
    });
  };

  /** Looks at the folder and says where it stands; opens it where the keychain has the key. */
  const look = async (): Promise<void> => {
    try {
      lock ??= lockDataFolder(layout);
      log.close();
      log = openLog(layout.logs);
      if (!existsSync(layout.keyFile)) {
        if (existsSync(layout.database)) throw new ExpectedError('KEY_FILE_DAMAGED', { path: layout.keyFile, detail: 'ENOENT' });
        standing = { state: 'not-set-up' };
        return;
      }
      const keyFile = readKeyFile(layout.keyFile);
      if (keyFile.databaseSalt === '') {
        standing = { state: 'not-set-up' }; // a first run that did not come to its end
        return;
      }
      if (!existsSync(layout.database)) throw new ExpectedError('DATABASE_DAMAGED', { path: layout.database, detail: 'ENOENT' });
      const key = ports.keychain === null ? null : unlockWithKeychain(keyFile, ports.keychain);
      standing = { state: 'locked' };
      if (key !== null) await openByKeychain(key, Buffer.from(keyFile.databaseSalt, 'hex'));
    } catch (error) {
      const problem = broken(error);
      noteBeforeOpen('system.startRefused', problem.code, null);
    }
  };

  const setUp = (interaction: Interaction, clientId: string, input: { language: 'en' | 'zh-CN'; dataFolder: string; name: string; password: string }) =>
    inTurn(async (): Promise<SessionView> => {
      if (standing.state === 'ready' || standing.state === 'locked') throw new ExpectedError('ALREADY_SET_UP', { path: layout.root });
      if (standing.state === 'broken') throw expectedFromValue(standing.problem.toValue());
      checkPassword(input.password, input.name);
      const wanted = layoutOf(input.dataFolder);
      if (ports.fixedDataFolder === null && wanted.root !== layout.root) {
        const wantedLock = lockDataFolder(wanted);
        if (existsSync(wanted.database) || existsSync(wanted.keyFile)) {
          wantedLock.release();
          throw new ExpectedError('ALREADY_SET_UP', { path: wanted.root });
        }
        lock?.release();
        lock = wantedLock;
        layout = wanted;
        log.close();
        log = openLog(layout.logs);
      }
      for (const path of [layout.database, layout.telemetry]) for (const end of ['', '-wal', '-shm']) rmSync(path + end, { force: true });
      const key = newDataKey();
      const slots = [await passwordSlot(input.name, input.password, key), ...(ports.keychain === null ? [] : [keychainSlot(ports.keychain, key)])];
      writeKeyFile(layout.keyFile, { databaseSalt: '', slots });
      const house = await open(key, null);
      const session = await house.accounts.createFirst(interaction, clientId, input);
      // Only now is the folder set up: until this line a new start begins the first run again.
      house.db.pragma('wal_checkpoint(TRUNCATE)');
      writeKeyFile(layout.keyFile, { databaseSalt: readSalt(layout.database)?.toString('hex') ?? '', slots });
      if (ports.fixedDataFolder === null) rememberDataFolder(layout.root);
      return session;
    });

  /** `unlocked` is written as the event; nothing happens where the database is open. */
  const openByPassword = (interaction: Interaction, credentials: Credentials): Promise<void> =>
    inTurn(async () => {
      if (standing.state !== 'locked') return;
      const { address } = interaction.source;
      guard().check(credentials.name ?? '', address);
      const keyFile = readKeyFile(layout.keyFile);
      const key = await unlockWithPassword(keyFile, credentials.name, credentials.password);
      if (key === null) throw new ExpectedError('WRONG_PASSWORD', { attemptsLeft: guard().failed(credentials.name ?? '', address) });
      try {
        const house = await open(key, Buffer.from(keyFile.databaseSalt, 'hex'));
        const { actor } = interaction;
        const acting = actor.kind === 'unknown' ? { ...actor, name: credentials.name ?? '' } : actor;
        house.auditLog.appendAlone({ ...interaction, actor: acting }, { type: 'system.unlocked', object: { type: 'system', id: 'modelward', name: '' } });
      } catch (error) {
        throw broken(error);
      }
    });
  const signIn = async (interaction: Interaction, clientId: string, credentials: Credentials): Promise<SessionView> => {
    await openByPassword(interaction, credentials);
    return requireHouse().accounts.signIn(interaction, clientId, credentials);
  };

  const status = (clientId: string): SystemStatus => ({
    state: standing.state,
    problem: standing.state === 'broken' ? standing.problem.toValue() : null,
    session: sessions.view(clientId),
    host: ports.host,
    version: ports.appVersion,
    dataFolder: layout.root,
    dataFolderSelectable: ports.fixedDataFolder === null,
    fileDialog: ports.chooseFile !== null,
    systemLanguage: ports.systemLanguage,
    platform: process.platform,
  });

  const routerPorts: RouterPorts = {
    person(clientId) {
      requireHouse();
      return sessions.require(clientId);
    },
    sessionEnd: (clientId) => sessions.endSignal(clientId),
    recordOutcome(interaction, { type, result, reason, procedure, target }) {
      try {
        if (standing.state === 'ready') {
          const object = target === null ? { type: 'procedure', id: procedure, name: procedure } : { ...target, name: standing.house.nameOf(target) };
          standing.house.auditLog.appendAlone(interaction, { type, object, result, reason, after: { procedure } });
        } else if (type === 'accounts.signedIn' || type === 'system.setUp' || type === 'access.denied') {
          noteBeforeOpen(type, reason, interaction);
        }
      } catch (error) {
        reportBug(error, `record ${type}`);
      }
    },
    reportUnrecorded: (interaction, type, procedure) => void reportBug(new Error(`${procedure} left no event ${type} (${interaction.id})`), procedure),
    databasePath: () => layout.database,
    reportBug,
  };

  const retryOpen = (clientId: string): Promise<SystemStatus> =>
    inTurn(async () => {
      if (standing.state === 'broken') await look();
      return status(clientId);
    });
  const router = buildRouter(routerPorts, {
    ports,
    requireHouse,
    sessions,
    signIn,
    setUp,
    status,
    retryOpen,
    hardware,
    events,
    doctor: createDoctor({
      host: ports.host,
      hasKeychain: ports.keychain !== null,
      layout: () => layout,
      hardware,
      standing: () => standing.state,
      clock,
      latestEventAtMs: () => (standing.state === 'ready' ? standing.house.latestEventAtMs() : null),
    }),
  });

  return {
    router,
    start: () => inTurn(look),
    async unlock(credentials) {
      try {
        await openByPassword(systemInteraction(ports.host), credentials);
        requireHouse();
      } catch (error) {
        if (error instanceof ExpectedError) noteBeforeOpen('system.startRefused', error.code, null);
        throw error;
      }
    },
    status,
    layout: () => layout,
    receiveUpload: async (uploadId, clientId, body) => {
      const house = requireHouse();
      sessions.require(clientId);
      await house.uploads.receive(uploadId, clientId, body);
    },
    forgetClient: (clientId) => void sessions.end(clientId, 'signed-out'),
    log: () => log,
    activity() {
      if (standing.state !== 'ready') return { models: [], jobs: [] };
      const { deployments, jobs } = standing.house;
      return {
        models: deployments.list().flatMap(({ name, state }) => (state === 'ready' || state === 'starting' || state === 'restarting' ? [name] : [])),
        jobs: jobs.list().flatMap(({ title, state }) => (state === 'running' || state === 'queued' ? [title] : [])),
      };
    },
    onEvent: (listener) => events.subscribe(listener),
    dispose: () =>
      inTurn(async () => {
        sessions.dispose();
        if (standing.state === 'ready') await standing.house.close();
        standing = { state: 'locked' };
        lock?.release();
        lock = null;
        log.close();
      }),
  };
}

interface RouterParts {
  ports: HostPorts;
  requireHouse: () => House;
  sessions: Sessions;
  signIn: Parameters<typeof accountsRouter>[1]['signIn'];
  setUp: SystemRouterPorts['setUp'];
  status: (clientId: string) => SystemStatus;
  retryOpen: (clientId: string) => Promise<SystemStatus>;
  hardware: ReturnType<typeof createHardwareService>;
  events: ReturnType<typeof createEventBus>;
  doctor: ReturnType<typeof createDoctor>;
}

function buildRouter(routerPorts: RouterPorts, parts: RouterParts) {
  const { requireHouse, sessions } = parts;
  const os = createImplementer(routerPorts);
  return os.router({
    system: systemRouter(os, parts),
    accounts: accountsRouter(os, { accounts: () => requireHouse().accounts, sessions, signIn: parts.signIn }),
    models: modelsRouter(os, {
      models: () => requireHouse().models,
      uploads: () => requireHouse().uploads,
      audit: () => requireHouse().auditLog,
      chooseFile: parts.ports.chooseFile,
    }),
    deployments: deploymentsRouter(os, () => requireHouse().deployments),
    benchmarks: benchmarksRouter(os, () => requireHouse().benchmarks, parts.ports.saveFile),
    quantization: quantizationRouter(os, () => requireHouse().quantization),
    gateway: gatewayRouter(os, () => requireHouse().gateway),
    apiKeys: apiKeysRouter(os, () => requireHouse().gateway.keys),
    network: networkRouter(os, () => requireHouse().gateway.network, parts.ports.saveFile),
    usage: usageRouter(os, () => requireHouse().usage, parts.ports.saveFile),
    adapters: adaptersRouter(os, () => requireHouse().adapters),
    datasets: datasetsRouter(os, {
      datasets: () => requireHouse().datasets,
      uploads: () => requireHouse().uploads,
      audit: () => requireHouse().auditLog,
      chooseFile: parts.ports.chooseFile,
    }),
    training: trainingRouter(os, () => requireHouse().training),
    monitoring: monitoringRouter(os, () => requireHouse().monitoring),
    audit: auditRouter(os, () => requireHouse().audit),
    jobs: jobsRouter(os, () => requireHouse().jobs),
    events: eventsRouter(os, parts.events),
  });
}
