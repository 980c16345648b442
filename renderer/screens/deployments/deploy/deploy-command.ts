import type { DeploymentLimits, EngineSettings, Lifecycle } from '../../../../main/contract/deployments.contract.ts';

/** A word of a command line as a POSIX shell and PowerShell both read it: in single quotes unless it is plain. */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9._/:@%+=-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\$`]/g, '\\$&')}"` : `'${word}'`;
}

interface CommandOptions {
  name: string;
  settings: EngineSettings;
  limits: DeploymentLimits;
  lifecycle?: Lifecycle;
}

/** The command line takes the memory limit in units of 2^20 bytes. */
const MIB = 1024 * 1024;
const SECOND_MS = 1000;

/** The same deployment on the command line. */
export function deployCommand(modelName: string, { name, settings, limits, lifecycle }: CommandOptions): string {
  const words = ['modelward', 'deploy', shellWord(modelName), '--name', shellWord(name), '--backend', settings.backend];
  if (settings.backend !== 'cpu') words.push('--gpu-layers', String(settings.gpuLayers));
  words.push('--context', String(settings.contextSize), '--parallel', String(settings.parallelSequences), '--threads', String(settings.threads));
  words.push('--max-output', String(limits.maxOutputTokens), '--queue', String(limits.queueLimit));
  words.push('--memory-limit', String(Math.ceil(limits.memoryLimitBytes / MIB)));
  if (limits.queueTimeoutMs !== undefined) words.push('--queue-timeout', String(Math.ceil(limits.queueTimeoutMs / SECOND_MS)));
  if (lifecycle?.kind === 'on-demand') words.push('--on-demand', String(lifecycle.idleMinutes));
  return words.join(' ');
}
