import type { EngineSettings } from '../../../../main/contract/deployments.contract.ts';

/** A word of a command line as a POSIX shell and PowerShell both read it: in single quotes unless it is plain. */
export function shellWord(word: string): string {
  if (/^[A-Za-z0-9._/:@%+=-]+$/.test(word)) return word;
  return word.includes("'") ? `"${word.replace(/["\\$`]/g, '\\$&')}"` : `'${word}'`;
}

/** The same deployment on the command line. */
export function deployCommand(modelName: string, name: string, settings: EngineSettings): string {
  const words = ['modelward', 'deploy', shellWord(modelName), '--name', shellWord(name), '--backend', settings.backend];
  if (settings.backend !== 'cpu') words.push('--gpu-layers', String(settings.gpuLayers));
  words.push('--context', String(settings.contextSize), '--parallel', String(settings.parallelSequences), '--threads', String(settings.threads));
  return words.join(' ');
}
