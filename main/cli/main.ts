import { ORPCError } from '@orpc/client';
import type { Language } from '../contract/accounts.contract.ts';
import { errorCatalogue } from '../contract/errors.ts';
import type { ErrorValue } from '../contract/errors.ts';
import { printProblem, runConsole, sentences, systemLanguage } from '../console/index.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { ExpectedError } from '../kernel/errors.ts';
import { printServiceFiles } from './network-commands.ts';
import { openClient } from './open-client.ts';
import { createOutput } from './output.ts';
import { parseCommand } from './parse-command.ts';
import type { Command, CommonOptions } from './parse-command.ts';
import { readPassword } from './read-password.ts';
import { runCommand } from './run-command.ts';
import { WrongUsage } from './wrong-usage.ts';

/**
 * `modelward …`: the third host over the same router, for scripts and for machines without a screen. Exit codes: 0 done,
 * 1 refused with a reason (what, why, what to do on standard error; with --json the error as JSON on standard output),
 * 2 wrong usage.
 */
export async function runCommandLine(argv: string[]): Promise<number> {
  let parsed: { command: Command; common: CommonOptions };
  try {
    parsed = parseCommand(argv);
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    process.stderr.write(`${fill(sentences().wrongUsage, { detail: error.message })}\n\n${sentences().usage}\n`);
    return 2;
  }
  const { command, common } = parsed;
  const language = common.language ?? systemLanguage();
  if (command.kind === 'help') {
    process.stdout.write(`${sentences(language).usage}\n`);
    return 0;
  }
  if (command.kind === 'console') return runConsole(command.argv);
  if (command.kind === 'service-print') return printServiceFiles(command, { dataFolder: common.data, language, output: createOutput(common.json) });
  try {
    return await runWithClient(command, common, language);
  } catch (error) {
    const problem = asProblem(error);
    if (problem === null) throw error;
    if (common.json) process.stdout.write(`${JSON.stringify({ error: problem }, null, 2)}\n`);
    printProblem(problem, language);
    return 1;
  }
}

async function runWithClient(command: Exclude<Command, { kind: 'help' | 'console' | 'service-print' }>, common: CommonOptions, language: Language): Promise<number> {
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  process.once('SIGTERM', onInterrupt);
  const output = createOutput(common.json);
  const opened = await openClient(common.data);
  try {
    const { client } = opened;
    const context = { opened, output, language, signal: interrupt.signal };
    if (command.kind === 'doctor') return await runCommand(command, context);
    const status = await client.system.status({});
    if (status.problem !== null) throw new ExpectedError(status.problem.code, status.problem.data as never);
    if (command.kind !== 'setup' && status.state === 'not-set-up') throw new ExpectedError('NOT_SET_UP', { path: status.dataFolder });
    const password = await readPassword(common.passwordFile, sentences(language).askPassword);
    if (password === null) {
      process.stderr.write(`${fill(sentences(language).wrongUsage, { detail: '--password-file ?' })}\n`);
      return 2;
    }
    if (command.kind === 'setup') {
      const session = await client.system.setUp({ language, dataFolder: status.dataFolder, name: command.name, password });
      output.result({ dataFolder: status.dataFolder, person: session.name }, () => fill(sentences(language).setUpDone, { path: status.dataFolder, name: session.name }));
      return 0;
    }
    await client.accounts.signIn({ ...(common.as === null ? {} : { name: common.as }), password });
    try {
      return await runCommand(command, context);
    } finally {
      await client.accounts.signOut({}).catch(() => undefined); // the session ends with the connection anyway
    }
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
    await opened.close();
  }
}

/** An error of the catalogue from wherever it came; null for a bug of the command line itself. */
function asProblem(error: unknown): ErrorValue | null {
  if (error instanceof ExpectedError) return error.toValue();
  if (error instanceof ORPCError && Object.hasOwn(errorCatalogue, error.code)) {
    return { code: error.code as ErrorValue['code'], data: (error.data ?? {}) as Record<string, unknown> };
  }
  return null;
}

if (import.meta.main) process.exitCode = await runCommandLine(process.argv.slice(2));
