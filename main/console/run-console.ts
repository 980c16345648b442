import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { createApplication } from '../compose.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { readPasswordFile } from '../kernel/password-file.ts';
import { readInstance } from '../kernel/data-folder/folder-lock.ts';
import { openInstance } from '../transport/instance.ts';
import { requestNewUrl } from '../transport/instance-client.ts';
import { nodeHostPorts } from './node-host-ports.ts';
import { openInBrowser } from './open-browser.ts';
import { printProblem, sentences } from './sentences.ts';

/** Where the console likes to live; another is taken when this one is not free and none was asked for. */
const usualPort = 8470;
const cannotStartAsConfigured = 78;

/**
 * The console host: Modelward without a window of its own. Prints one line with a URL and serves the screens to the
 * system's browser until it is ended. With a password file it opens the database by itself, as a service does, and signs nobody in.
 * Exit codes: 0 ended in order, 1 refused with a reason, 2 wrong usage, 78 the password file opens nothing (EX_CONFIG of sysexits.h:
 * whoever restarts services must not try that again).
 */
export async function runConsole(argv: string[]): Promise<number> {
  const options = parseOptions(argv);
  if (options === null) {
    process.stderr.write(`${sentences().usageConsole}\n`);
    return 2;
  }
  const ports = nodeHostPorts({ host: 'console', dataFolder: options.data, servesModels: true });
  const rendererFolder = findRenderer();
  const application = createApplication(ports);
  await application.start();

  const problem = application.status('').problem;
  if (problem?.code === 'DATA_FOLDER_IN_USE') {
    const running = readInstance(application.layout());
    const url = running === null ? null : await requestNewUrl(running);
    await application.dispose();
    if (url === null) {
      printProblem(problem);
      return 1;
    }
    show(url, options.open);
    return 0;
  }

  if (options.passwordFile !== null) {
    try {
      await application.unlock({ ...(options.as === null ? {} : { name: options.as }), password: readPasswordFile(options.passwordFile) });
    } catch (error) {
      await application.dispose();
      if (!(error instanceof ExpectedError)) throw error;
      printProblem(error.toValue());
      return cannotStartAsConfigured;
    }
  }

  let instance;
  try {
    instance = await openInstance({ application, host: 'console', rendererFolder, port: options.port ?? usualPort }).catch((error: unknown) => {
      const taken = error instanceof ExpectedError && error.code === 'PORT_TAKEN';
      if (!taken || options.port !== null) throw error;
      return openInstance({ application, host: 'console', rendererFolder, port: 0 });
    });
  } catch (error) {
    await application.dispose();
    if (!(error instanceof ExpectedError)) throw error;
    printProblem(error.toValue());
    return 1;
  }
  show(instance.server.newUrl(), options.open);
  await untilAskedToEnd();
  await instance.close();
  await application.dispose();
  return 0;
}

/** The built renderer: beside the built host, or in dist/ when the host runs from its sources. */
function findRenderer(): string {
  const places = [join(import.meta.dirname, '..', 'renderer'), join(import.meta.dirname, '..', '..', 'dist', 'renderer')];
  const found = places.find((folder) => existsSync(join(folder, 'index.html')));
  if (found === undefined) throw new Error(`the built renderer is missing: ${places.join(', ')}; run "npm run build"`);
  return found;
}

interface ConsoleOptions {
  port: number | null;
  open: boolean;
  data: string | null;
  as: string | null;
  passwordFile: string | null;
}

function parseOptions(argv: string[]): ConsoleOptions | null {
  try {
    const { values } = parseArgs({
      args: argv,
      options: { port: { type: 'string' }, 'no-open': { type: 'boolean' }, data: { type: 'string' }, as: { type: 'string' }, 'password-file': { type: 'string' } },
    });
    const port = values.port === undefined ? null : Number(values.port);
    if (port !== null && (!Number.isInteger(port) || port < 0 || port > 65_535)) return null;
    return { port, open: values['no-open'] !== true, data: values.data ?? null, as: values.as ?? null, passwordFile: values['password-file'] ?? null };
  } catch {
    return null; // unknown option: the usage says which exist
  }
}

/** The one line scripts wait for. */
function show(url: string, open: boolean): void {
  process.stdout.write(`Modelward: ${url}\n`);
  if (open) openInBrowser(url);
}

function untilAskedToEnd(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
    // Started by a program that speaks to us over IPC (tests, launchers): its end is ours too.
    if (process.send !== undefined) process.once('disconnect', () => resolve());
  });
}
