import { Badge, Button } from '@mantine/core';
import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import type { Formatter } from '../../i18n/format.ts';
import type { useTexts } from '../../i18n/i18n.ts';
import type { Column } from '../../ui/data-table.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { expiryNote, scopeWords, stateOf, tightestLimit } from './key-words.ts';
import classes from './keys.module.css';
import { QuotaBar } from './quota-bar.tsx';

interface KeyColumnsOptions {
  t: ReturnType<typeof useTexts>['t'];
  format: Formatter;
  /** Null where the person may only look. */
  onRevoke: ((apiKey: ApiKey) => void) | null;
}

/** The columns of the list of keys. */
export function keyColumns({ t, format, onRevoke }: KeyColumnsOptions): Column<ApiKey>[] {
  const nowMs = Date.now();
  const usedWords = (apiKey: ApiKey): string => {
    const tightest = tightestLimit(apiKey);
    if (tightest === null) return t('apiKeys.quota.none');
    const { used, limit, window } = tightest;
    return t('apiKeys.quota.short', { used: format.number(used), limit: format.number(limit), window: t(`apiKeys.perWindow.${window}`) });
  };
  const expiryWords = (apiKey: ApiKey): string =>
    expiryNote(apiKey, { t, format, nowMs })?.text ?? (apiKey.expiresAtMs === null ? t('apiKeys.expires.never') : format.date(apiKey.expiresAtMs - 1));
  const columns: Column<ApiKey>[] = [
    {
      key: 'name',
      header: t('apiKeys.name'),
      grow: true,
      widthRem: 12,
      sortValue: ({ name }) => name,
      // What its page tells, too: whoever has a key in hand looks for how it begins.
      filterText: ({ name, purpose, prefix, previous }) => [name, purpose, prefix, previous?.prefix ?? ''].join(' ').trim(),
      render: ({ id, name, servesPublic }) => (
        <span className={classes['cellName']}>
          <RouteLink to={{ screen: 'api-key', keyId: id }}>{name}</RouteLink>
          {servesPublic && (
            <Badge variant="light" color="gray" size="sm" tt="none">
              {t('apiKeys.public')}
            </Badge>
          )}
        </span>
      ),
    },
    {
      key: 'state',
      header: t('apiKeys.state'),
      widthRem: 8.5,
      drop: 9,
      sortValue: (apiKey) => stateOf(apiKey, t).label,
      filterText: (apiKey) => stateOf(apiKey, t).label,
      render: (apiKey) => <StatusBadge {...stateOf(apiKey, t)} />,
    },
    {
      key: 'department',
      header: t('apiKeys.department'),
      widthRem: 10,
      drop: 4,
      sortValue: ({ department }) => department || null,
      filterText: ({ department }) => department,
      render: ({ department }) => department || t('apiKeys.page.notSaid'),
    },
    {
      key: 'use',
      header: t('apiKeys.use'),
      widthRem: 14,
      drop: 8,
      sortValue: (apiKey) => tightestLimit(apiKey)?.share ?? null,
      sortDescendingFirst: true,
      filterText: usedWords,
      render: (apiKey) => {
        const tightest = tightestLimit(apiKey);
        if (tightest === null) return usedWords(apiKey);
        const { used, limit, unit, window } = tightest;
        return (
          <span className={classes['cellUse']}>
            <QuotaBar used={used} limit={limit} label={t('apiKeys.quota.label', { unit: t(`apiKeys.units.${unit}`), window: t(`apiKeys.windows.${window}`) })} />
            <span>{usedWords(apiKey)}</span>
          </span>
        );
      },
    },
    {
      key: 'expiry',
      header: t('apiKeys.expiry'),
      widthRem: 11.5,
      drop: 7,
      sortValue: ({ expiresAtMs }) => expiresAtMs,
      filterText: expiryWords,
      render: (apiKey) => {
        const note = expiryNote(apiKey, { t, format, nowMs });
        return note === null ? expiryWords(apiKey) : <StatusBadge tone={note.tone} label={note.text} quiet />;
      },
    },
    {
      key: 'lastUsed',
      header: t('apiKeys.lastUsed'),
      widthRem: 11,
      drop: 6,
      sortValue: ({ lastUsedAtMs }) => lastUsedAtMs,
      sortDescendingFirst: true,
      render: ({ lastUsedAtMs }) => (lastUsedAtMs === null ? t('apiKeys.never') : format.dateTime(lastUsedAtMs)),
    },
    { key: 'scope', header: t('apiKeys.scope'), widthRem: 14, drop: 3, filterText: ({ scopes }) => scopeWords(scopes, { t }), render: ({ scopes }) => scopeWords(scopes, { t }) },
  ];
  if (onRevoke === null) return columns;
  return [
    ...columns,
    {
      key: 'revoke',
      header: t('apiKeys.actions'),
      widthRem: 6,
      actions: true,
      align: 'right',
      render: (apiKey) =>
        apiKey.state !== 'revoked' && (
          <Button variant="subtle" size="compact-md" aria-label={t('apiKeys.revokeOf', { name: apiKey.name })} onClick={() => onRevoke(apiKey)}>
            {t('apiKeys.revoke')}
          </Button>
        ),
    },
  ];
}
