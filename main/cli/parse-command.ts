import { parseArgs } from 'node:util';
import { gatewayPortSchema } from '../contract/gateway.contract.ts';
import { backendSchema } from '../contract/system.contract.ts';
import type { Backend } from '../contract/system.contract.ts';

/** What every command may be told. */
export interface CommonOptions {
  data: string | null;
  as: string | null;
  passwordFile: string | null;
  json: boolean;
  language: 'en' | 'zh-CN' | null;
}

export type Command =
  | { kind: 'help' }
  | { kind: 'setup'; name: string }
  | { kind: 'console'; argv: string[] }
  | { kind: 'model-import'; file: string; name: string | null }
  | { kind: 'model-list' }
  | { kind: 'model-show'; model: string }
  | { kind: 'model-remove'; model: string }
  | {
      kind: 'deploy';
      model: string;
      name: string;
      contextSize: number | null;
      gpuLayers: number | null;
      parallelSequences: number | null;
      threads: number | null;
      backend: Backend | null;
      maxOutputTokens: number | null;
      queueLimit: number | null;
      /** In MB of 2^20 bytes. */
      memoryLimitMb: number | null;
    }
  | { kind: 'undeploy'; name: string }
  | { kind: 'chat'; deployment: string; text: string }
  | { kind: 'key-create'; name: string }
  | { kind: 'gateway-status' }
  | { kind: 'gateway-port'; port: number }
  | { kind: 'audit-list'; limit: number }
  | { kind: 'audit-verify' }
  | { kind: 'doctor' };

/** The words of the command line do not form a command; `detail` says which. */
export class WrongUsage extends Error {
  constructor(detail: string) {
    super(detail);
    this.name = 'WrongUsage';
  }
}

const options = {
  data: { type: 'string' },
  as: { type: 'string' },
  'password-file': { type: 'string' },
  json: { type: 'boolean' },
  lang: { type: 'string' },
  name: { type: 'string' },
  port: { type: 'string' },
  'no-open': { type: 'boolean' },
  context: { type: 'string' },
  'gpu-layers': { type: 'string' },
  parallel: { type: 'string' },
  threads: { type: 'string' },
  backend: { type: 'string' },
  limit: { type: 'string' },
  'max-output': { type: 'string' },
  queue: { type: 'string' },
  'memory-limit': { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** Takes the command line apart. Raises WrongUsage. */
export function parseCommand(argv: string[]): { command: Command; common: CommonOptions } {
  let parsed;
  try {
    parsed = parseArgs({ args: argv, options, allowPositionals: true });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
  const { values, positionals } = parsed;
  const { lang } = values;
  if (lang !== undefined && lang !== 'en' && lang !== 'zh-CN') throw new WrongUsage(`--lang ${lang}`);
  const common: CommonOptions = {
    data: values.data ?? null,
    as: values.as ?? null,
    passwordFile: values['password-file'] ?? null,
    json: values.json === true,
    language: lang ?? null,
  };
  const words = [...positionals];
  const take = (what: string): string => {
    const word = words.shift();
    if (word === undefined) throw new WrongUsage(`${what} ?`);
    return word;
  };
  const requireName = (): string => {
    if (values.name === undefined) throw new WrongUsage('--name ?');
    return values.name;
  };
  const count = (name: 'context' | 'gpu-layers' | 'parallel' | 'threads' | 'limit' | 'max-output' | 'queue' | 'memory-limit'): number | null => {
    const text = values[name];
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new WrongUsage(`--${name} ${text}`);
    return value;
  };
  const finish = (command: Command): { command: Command; common: CommonOptions } => {
    if (words.length > 0) throw new WrongUsage(words.join(' '));
    return { command, common };
  };

  if (values.help === true) return { command: { kind: 'help' }, common };
  const verb = words.shift();
  switch (verb) {
    case undefined:
    case 'help':
      return { command: { kind: 'help' }, common };
    case 'setup':
      return finish({ kind: 'setup', name: requireName() });
    case 'console': {
      const argvOfConsole = [
        ...(values.port === undefined ? [] : ['--port', values.port]),
        ...(values['no-open'] === true ? ['--no-open'] : []),
        ...(values.data === undefined ? [] : ['--data', values.data]),
      ];
      return finish({ kind: 'console', argv: argvOfConsole });
    }
    case 'model': {
      const what = take('model import|list|show|remove');
      if (what === 'import') return finish({ kind: 'model-import', file: take('FILE'), name: values.name ?? null });
      if (what === 'list') return finish({ kind: 'model-list' });
      if (what === 'show') return finish({ kind: 'model-show', model: take('MODEL') });
      if (what === 'remove') return finish({ kind: 'model-remove', model: take('MODEL') });
      throw new WrongUsage(`model ${what}`);
    }
    case 'deploy': {
      const backend = values.backend === undefined ? null : backendSchema.safeParse(values.backend);
      if (backend?.success === false) throw new WrongUsage(`--backend ${values.backend}`);
      return finish({
        kind: 'deploy',
        model: take('MODEL'),
        name: requireName(),
        contextSize: count('context'),
        gpuLayers: count('gpu-layers'),
        parallelSequences: count('parallel'),
        threads: count('threads'),
        backend: backend?.data ?? null,
        maxOutputTokens: count('max-output'),
        queueLimit: count('queue'),
        memoryLimitMb: count('memory-limit'),
      });
    }
    case 'undeploy':
      return finish({ kind: 'undeploy', name: take('NAME') });
    case 'chat':
      return finish({ kind: 'chat', deployment: take('DEPLOYMENT'), text: take('TEXT') });
    case 'key': {
      const what = take('key create');
      if (what !== 'create') throw new WrongUsage(`key ${what}`);
      return finish({ kind: 'key-create', name: requireName() });
    }
    case 'gateway': {
      const what = take('gateway status|port');
      if (what === 'status') return finish({ kind: 'gateway-status' });
      if (what !== 'port') throw new WrongUsage(`gateway ${what}`);
      const port = take('N');
      if (!gatewayPortSchema.safeParse(Number(port)).success) throw new WrongUsage(`gateway port ${port}`);
      return finish({ kind: 'gateway-port', port: Number(port) });
    }
    case 'audit': {
      const what = take('audit list|verify');
      if (what === 'list') return finish({ kind: 'audit-list', limit: Math.min(500, Math.max(1, count('limit') ?? 50)) });
      if (what === 'verify') return finish({ kind: 'audit-verify' });
      throw new WrongUsage(`audit ${what}`);
    }
    case 'doctor':
      return finish({ kind: 'doctor' });
    default:
      throw new WrongUsage(verb);
  }
}
