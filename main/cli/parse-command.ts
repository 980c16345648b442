import { parseArgs } from 'node:util';
import type { Lifecycle } from '../contract/deployments.contract.ts';
import { TUNING_GOALS } from '../contract/benchmarks.contract.ts';
import type { TuningGoal } from '../contract/benchmarks.contract.ts';
import { gatewayPortSchema } from '../contract/gateway.contract.ts';
import { backendSchema } from '../contract/system.contract.ts';
import type { Backend } from '../contract/system.contract.ts';
import { adapterOptions, parseAdapterCommand, parseDeploymentsCommand } from './parse-adapter-command.ts';
import type { AdapterCommand } from './parse-adapter-command.ts';
import { dataOptions, parseDataCommand } from './parse-data-command.ts';
import type { DataCommand } from './parse-data-command.ts';
import { deploymentOptions, lifecycleOf, parseDeploymentCommand } from './parse-deployment-command.ts';
import type { DeploymentCommand } from './parse-deployment-command.ts';
import { keyOptions, parseKeyCommand } from './parse-key-command.ts';
import type { KeyCommand } from './parse-key-command.ts';
import { networkOptions, parseNetworkCommand, parseServiceCommand } from './parse-network-command.ts';
import type { NetworkCommand } from './parse-network-command.ts';
import { parseShrinkCommand, shrinkOptions } from './parse-shrink-command.ts';
import type { ShrinkCommand } from './parse-shrink-command.ts';
import { parseTrainCommand, trainOptions } from './parse-train-command.ts';
import type { TrainCommand } from './parse-train-command.ts';
import { parseUsageCommand, usageOptions } from './parse-usage-command.ts';
import type { UsageCommand } from './parse-usage-command.ts';
import { WrongUsage } from './wrong-usage.ts';

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
      queueTimeoutSeconds: number | null;
      lifecycle: Lifecycle | null;
    }
  | { kind: 'undeploy'; name: string }
  | { kind: 'chat'; deployment: string; text: string }
  | { kind: 'gateway-status' }
  | { kind: 'gateway-port'; port: number }
  | { kind: 'audit-list'; limit: number }
  | { kind: 'audit-verify' }
  | {
      kind: 'benchmark';
      subject: { kind: 'model' | 'deployment'; name: string };
      /** Null: the usual ones. */
      promptSizes: number[] | null;
      generationSizes: number[] | null;
      streams: number[];
      /** Prompt and answer of each stream. Null: the usual ones. */
      streamPromptTokens: number | null;
      streamOutputTokens: number | null;
      repeats: number;
      warmUp: boolean;
      label: string | null;
      contextSize: number | null;
      gpuLayers: number | null;
      threads: number | null;
      backend: Backend | null;
    }
  | { kind: 'benchmark-list' }
  | { kind: 'benchmark-export'; ids: string[]; format: 'csv' | 'json' | 'llama-bench' }
  | { kind: 'benchmark-import'; file: string; label: string | null }
  | { kind: 'tune'; model: string; budgetMs: number; goal: TuningGoal; contextSize: number | null; backend: Backend | null; allowSmallerKv: boolean }
  | { kind: 'doctor' }
  | DataCommand
  | KeyCommand
  | AdapterCommand
  | NetworkCommand
  | DeploymentCommand
  | ShrinkCommand
  | TrainCommand
  | UsageCommand;

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
  deployment: { type: 'string' },
  prompt: { type: 'string', multiple: true },
  generate: { type: 'string', multiple: true },
  streams: { type: 'string', multiple: true },
  'stream-prompt': { type: 'string' },
  'stream-output': { type: 'string' },
  repeats: { type: 'string' },
  'no-warm-up': { type: 'boolean' },
  format: { type: 'string' },
  budget: { type: 'string' },
  goal: { type: 'string' },
  'smaller-kv': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  ...shrinkOptions,
  ...dataOptions,
  ...adapterOptions,
  ...keyOptions,
  ...trainOptions,
  ...networkOptions,
  ...deploymentOptions,
  ...usageOptions,
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
  const count = (name: 'context' | 'gpu-layers' | 'parallel' | 'threads' | 'limit' | 'max-output' | 'queue' | 'memory-limit' | 'repeats' | 'stream-prompt' | 'stream-output' | 'budget' | 'chunks' | 'layers' | 'against' | 'queue-timeout'): number | null => {
    const text = values[name];
    if (text === undefined) return null;
    const value = Number(text);
    if (!Number.isInteger(value) || value < 0) throw new WrongUsage(`--${name} ${text}`);
    return value;
  };
  /** `--prompt 512 --prompt 2048` or `--prompt 512,2048`. */
  const sizes = (name: 'prompt' | 'generate' | 'streams'): number[] | null => {
    const given = values[name];
    if (given === undefined) return null;
    return given.flatMap((text) => text.split(',')).map((text) => {
      if (!/^\d+$/.test(text.trim())) throw new WrongUsage(`--${name} ${text}`);
      return Number(text);
    }).filter((size) => size > 0);
  };
  const backendOf = (): Backend | null => {
    if (values.backend === undefined) return null;
    const backend = backendSchema.safeParse(values.backend);
    if (!backend.success) throw new WrongUsage(`--backend ${values.backend}`);
    return backend.data;
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
        ...(values.as === undefined ? [] : ['--as', values.as]),
        ...(values['password-file'] === undefined ? [] : ['--password-file', values['password-file']]),
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
    case 'deploy':
      return finish({
        kind: 'deploy',
        model: take('MODEL'),
        name: requireName(),
        contextSize: count('context'),
        gpuLayers: count('gpu-layers'),
        parallelSequences: count('parallel'),
        threads: count('threads'),
        backend: backendOf(),
        maxOutputTokens: count('max-output'),
        queueLimit: count('queue'),
        memoryLimitMb: count('memory-limit'),
        queueTimeoutSeconds: count('queue-timeout'),
        lifecycle: lifecycleOf(values),
      });
    case 'undeploy':
      return finish({ kind: 'undeploy', name: take('NAME') });
    case 'chat':
      return finish({ kind: 'chat', deployment: take('DEPLOYMENT'), text: take('TEXT') });
    case 'key':
      return finish(parseKeyCommand({ values, take, nowMs: Date.now() }));
    case 'service':
      return finish(parseServiceCommand({ values, take }));
    case 'gateway': {
      const what = take('gateway status|port|network|certificate');
      if (what === 'network' || what === 'certificate') return finish(parseNetworkCommand(what, { values, take }));
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
    case 'benchmark': {
      const named = values.deployment;
      const what = named === undefined ? take('MODEL') : null;
      if (what === 'list') return finish({ kind: 'benchmark-list' });
      if (what === 'export') {
        const { format = 'csv' } = values;
        if (format !== 'csv' && format !== 'json' && format !== 'llama-bench') throw new WrongUsage(`--format ${format}`);
        return finish({ kind: 'benchmark-export', ids: words.splice(0), format });
      }
      if (what === 'import-baseline') return finish({ kind: 'benchmark-import', file: take('FILE'), label: values.name ?? null });
      return finish({
        kind: 'benchmark',
        subject: named === undefined ? { kind: 'model', name: what ?? '' } : { kind: 'deployment', name: named },
        promptSizes: sizes('prompt'),
        generationSizes: sizes('generate'),
        streams: sizes('streams') ?? [],
        streamPromptTokens: count('stream-prompt'),
        streamOutputTokens: count('stream-output'),
        warmUp: values['no-warm-up'] !== true,
        repeats: Math.min(50, Math.max(1, count('repeats') ?? 5)),
        label: values.name ?? null,
        contextSize: count('context'),
        gpuLayers: count('gpu-layers'),
        threads: count('threads'),
        backend: backendOf(),
      });
    }
    case 'tune': {
      const goal = TUNING_GOALS.find((each) => each === (values.goal ?? 'balanced'));
      if (goal === undefined) throw new WrongUsage(`--goal ${values.goal}`);
      const seconds = count('budget') ?? 60;
      if (seconds < 5 || seconds > 3600) throw new WrongUsage(`--budget ${seconds}`);
      return finish({ kind: 'tune', model: take('MODEL'), budgetMs: seconds * 1000, goal, contextSize: count('context'), backend: backendOf(), allowSmallerKv: values['smaller-kv'] === true });
    }
    case 'adapters':
      return finish(parseAdapterCommand({ values, take, rest: () => words.splice(0) }));
    case 'deployments':
      return finish(parseDeploymentsCommand({ values, take, rest: () => words.splice(0) }));
    case 'deployment':
      return finish(parseDeploymentCommand({ values, take, count, backendOf }));
    case 'data':
      return finish(parseDataCommand({ values, take, count }));
    case 'train':
      return finish(parseTrainCommand({ values, take, count }));
    case 'usage':
      return finish(parseUsageCommand({ values, next: () => words.shift(), limit: count('limit') }));
    case 'doctor':
      return finish({ kind: 'doctor' });
    default: {
      const shrink = parseShrinkCommand(verb, { values, take, count });
      if (shrink === null) throw new WrongUsage(verb);
      return finish(shrink);
    }
  }
}
