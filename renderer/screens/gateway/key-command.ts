import { QUOTA_WINDOWS } from '../../../main/contract/api-keys.contract.ts';
import type { KeySettings, Quotas } from '../../../main/contract/api-keys.contract.ts';
import { writtenDay } from '../../../main/contract/key-expiry.ts';
import { shellWord } from '../deployments/deploy/deploy-command.ts';

/** The same key on the command line. */
export function createKeyCommand(settings: KeySettings): string {
  const { name, department, purpose, scopes, quotas, maxConcurrent, expiresAtMs, servesPublic } = settings;
  const words = ['modelward', 'key', 'create', '--name', shellWord(name)];
  if (department !== '') words.push('--department', shellWord(department));
  if (purpose !== '') words.push('--purpose', shellWord(purpose));
  if (scopes.endpoints !== null) words.push('--endpoints', shellWord(scopes.endpoints.join(',')));
  if (scopes.deployments !== null) words.push('--deployments', shellWord(scopes.deployments.join(',')));
  for (const unit of ['requests', 'tokens'] as const) {
    const limits = windowWords(quotas[unit]);
    if (limits !== '') words.push(`--${unit}`, limits);
  }
  if (maxConcurrent !== null) words.push('--concurrent', String(maxConcurrent));
  words.push('--expires', expiresAtMs === null ? 'never' : writtenDay(expiresAtMs));
  if (servesPublic) words.push('--public', 'yes');
  return words.join(' ');
}

function windowWords(limits: Quotas['requests']): string {
  return QUOTA_WINDOWS.flatMap((window) => (limits[window] === null ? [] : [`${window}=${String(limits[window])}`])).join(',');
}
