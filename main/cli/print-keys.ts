import type { Language } from '../contract/accounts.contract.ts';
import { QUOTA_UNITS, QUOTA_WINDOWS } from '../contract/api-keys.contract.ts';
import type { ApiKey } from '../contract/api-keys.contract.ts';
import { catalogue } from '../../renderer/i18n/catalogue.ts';
import { fill } from '../../renderer/i18n/fill.ts';
import { createFormatter, NO_VALUE } from '../../renderer/i18n/format.ts';
import { table } from './output.ts';

/** The last day of a key, or that it has none. */
export function lastDayOf({ expiresAtMs }: ApiKey, language: Language): string {
  return expiresAtMs === null ? catalogue[language].apiKeys.expires.never : createFormatter(language).date(expiresAtMs - 1);
}

/** Every limit that is set with what was used of it: "12 / 60 a minute". */
function limitsOf({ quotas, used }: ApiKey, language: Language): string[] {
  const texts = catalogue[language].apiKeys;
  const format = createFormatter(language);
  return QUOTA_UNITS.flatMap((unit) =>
    QUOTA_WINDOWS.flatMap((window) => {
      const limit = quotas[unit][window];
      if (limit === null) return [];
      return [`${texts.units[unit]}: ${fill(texts.quota.short, { used: format.number(used[window][unit]), limit: format.number(limit), window: texts.perWindow[window] })}`];
    }),
  );
}

export function printKeys(keys: readonly ApiKey[], language: Language): string {
  const texts = catalogue[language].apiKeys;
  if (keys.length === 0) return texts.cli.none;
  const format = createFormatter(language);
  const rows = keys.map((key) => [
    key.name,
    key.department === '' ? NO_VALUE : key.department,
    key.prefix,
    texts.states[key.previous === null ? key.state : 'rotating'],
    lastDayOf(key, language),
    limitsOf(key, language).join('; ') || texts.quota.none,
    key.lastUsedAtMs === null ? texts.never : format.dateTime(key.lastUsedAtMs),
    format.number(key.requestCount),
  ]);
  return table([texts.name, texts.department, texts.prefix, texts.state, texts.expiry, texts.use, texts.lastUsed, texts.requests], rows, [7]);
}

export function printKey(key: ApiKey, language: Language): string {
  const texts = catalogue[language].apiKeys;
  const format = createFormatter(language);
  const { listSeparator } = catalogue[language].common;
  const { endpoints, deployments } = key.scopes;
  const lines: [string, string][] = [
    [texts.name, key.name],
    [catalogue[language].cli.table.id, key.id],
    [texts.department, key.department || NO_VALUE],
    [texts.purpose, key.purpose || NO_VALUE],
    [texts.page.public, key.servesPublic ? texts.page.publicYes : texts.page.publicNo],
    [texts.prefix, key.prefix],
    [texts.state, key.revokedAtMs === null ? texts.states[key.previous === null ? key.state : 'rotating'] : fill(texts.revokedAt, { date: format.dateTime(key.revokedAtMs) })],
    ...(key.previous === null
      ? []
      : [[texts.made.rotatedTitle, fill(texts.made.overlapBody, { prefix: key.previous.prefix, until: format.dateTime(key.previous.validUntilMs) })] as [string, string]]),
    [texts.expiry, lastDayOf(key, language)],
    [texts.wizard.scope.endpoints, endpoints === null ? texts.wizard.scope.allEndpoints : endpoints.join(listSeparator)],
    [texts.wizard.scope.deployments, deployments === null ? texts.wizard.scope.allDeployments : deployments.join(listSeparator)],
    [texts.use, limitsOf(key, language).join('; ') || texts.quota.none],
    [texts.cli.concurrent, key.maxConcurrent === null ? texts.quota.none : format.number(key.maxConcurrent)],
    [texts.lastUsed, key.lastUsedAtMs === null ? texts.never : format.dateTime(key.lastUsedAtMs)],
    [texts.page.totals, fill(texts.page.totalsValue, { requests: format.number(key.requestCount), tokens: format.number(key.tokenCount) })],
    [texts.createdAt, fill(texts.madeValue, { date: format.dateTime(key.createdAtMs), name: key.createdBy })],
  ];
  return lines.map(([label, value]) => `${label}: ${value}`).join('\n');
}
