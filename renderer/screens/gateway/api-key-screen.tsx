import { Button } from '@mantine/core';
import { IconBan, IconPencil, IconRefresh } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { ReactNode } from 'react';
import { QUOTA_UNITS, QUOTA_WINDOWS } from '../../../main/contract/api-keys.contract.ts';
import type { ApiKey, QuotaUnit, QuotaWindow } from '../../../main/contract/api-keys.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { Panel } from '../../ui/panel.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { EditKeyDrawer } from './edit-key-drawer.tsx';
import { expiryNote, stateOf, toneOfShare } from './key-words.ts';
import classes from './keys.module.css';
import { QuotaBar } from './quota-bar.tsx';
import { RevokeKeyDialog } from './revoke-key-dialog.tsx';
import { RotateKeyDialog } from './rotate-key-dialog.tsx';

/** Use is counted without an event: the page asks again at this pace. */
const READ_EVERY_MS = 5000;

/** One key: how much of it is used, what it may, and what can be done with it. */
export default function ApiKeyScreen({ route: { keyId } }: { route: RouteOf<'api-key'> }) {
  const { t } = useTexts();
  const mayManage = useMay('gateway.manage');
  const key = useQuery(`api-keys/${keyId}`, (signal) => client.apiKeys.get({ keyId }, { signal }), { topics: ['gateway'] });
  const { refetch } = key;
  useEffect(() => {
    const timer = setInterval(refetch, READ_EVERY_MS);
    return () => clearInterval(timer);
  }, [refetch]);
  const [open, setOpen] = useState<'edit' | 'rotate' | 'revoke' | null>(null);
  const close = (): void => setOpen(null);
  const apiKey = key.data;
  const changeable = mayManage && apiKey !== undefined && apiKey.state !== 'revoked';
  return (
    <Page
      title={apiKey?.name ?? t('apiKeys.title')}
      {...(apiKey !== undefined && apiKey.purpose !== '' ? { lead: apiKey.purpose } : {})}
      back={<BackLink to={{ screen: 'gateway' }} label={t('gateway.title')} />}
      actions={
        changeable && (
          <>
            <Button variant="default" leftSection={<IconBan size={18} aria-hidden />} onClick={() => setOpen('revoke')}>
              {t('apiKeys.revoke')}
            </Button>
            {apiKey.state === 'valid' && (
              <Button variant="default" leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => setOpen('rotate')}>
                {t('apiKeys.page.rotate')}
              </Button>
            )}
            <Button leftSection={<IconPencil size={18} aria-hidden />} onClick={() => setOpen('edit')}>
              {t('apiKeys.page.edit')}
            </Button>
          </>
        )
      }
    >
      <QueryState query={key}>
        {(data) => (
          <div className={classes['page']}>
            {!mayManage && <Notice tone="info">{t('common.readOnly')}</Notice>}
            <StateNotice apiKey={data} />
            <UsePanel apiKey={data} />
            <div className={classes['columns']}>
              <ScopePanel apiKey={data} />
              <FactsPanel apiKey={data} />
            </div>
          </div>
        )}
      </QueryState>
      {changeable && (
        <>
          <EditKeyDrawer apiKey={apiKey} opened={open === 'edit'} onClose={close} />
          <RevokeKeyDialog apiKey={open === 'revoke' ? apiKey : null} onClose={close} />
        </>
      )}
      {apiKey !== undefined && mayManage && <RotateKeyDialog apiKey={apiKey} opened={open === 'rotate'} onClose={close} />}
    </Page>
  );
}

/** What is to be known of its state before anything else; nothing for a key that simply works. */
function StateNotice({ apiKey }: { apiKey: ApiKey }) {
  const { t, format } = useTexts();
  const { state, previous, expiresAtMs, revokedAtMs } = apiKey;
  const [nowMs] = useState(() => Date.now());
  if (state === 'revoked') return <Told tone="info" title={t('apiKeys.page.revokedTitle', { date: format.dateTime(revokedAtMs) })} body={t('apiKeys.page.revokedBody')} />;
  if (state === 'expired') return <Told tone="look" title={t('apiKeys.page.expiredTitle', { date: format.dateTime(expiresAtMs) })} body={t('apiKeys.page.expiredBody')} />;
  const soon = expiryNote(apiKey, { t, format, nowMs });
  return (
    <>
      {soon !== null && <Told tone="look" title={t('apiKeys.page.soonTitle', { expires: soon.text })} body={t('apiKeys.page.soonBody')} />}
      {previous !== null && (
        <Told
          tone="info"
          title={t('apiKeys.page.rotatingTitle', { until: format.dateTime(previous.validUntilMs) })}
          body={
            previous.lastUsedAtMs === null
              ? t('apiKeys.page.rotatingUnused', { prefix: previous.prefix })
              : t('apiKeys.page.rotatingUsed', { prefix: previous.prefix, when: format.dateTime(previous.lastUsedAtMs) })
          }
        />
      )}
    </>
  );
}

function Told({ tone, title, body }: { tone: 'info' | 'look'; title: string; body: string }) {
  return (
    <Notice tone={tone} title={title}>
      <p>{body}</p>
    </Notice>
  );
}

function UsePanel({ apiKey }: { apiKey: ApiKey }) {
  const { t, format } = useTexts();
  const { running, maxConcurrent } = apiKey;
  return (
    <Panel
      title={t('apiKeys.page.useTitle')}
      actions={
        <span className={classes['dim']}>
          {maxConcurrent === null
            ? t('apiKeys.page.running', { count: running })
            : t('apiKeys.page.runningOf', { running: format.number(running), most: format.number(maxConcurrent) })}
        </span>
      }
    >
      <div className={classes['uses']}>
        {QUOTA_UNITS.map((unit) => (
          <div key={unit} className={classes['unit']}>
            {QUOTA_WINDOWS.map((window) => (
              <WindowUsage key={window} apiKey={apiKey} unit={unit} window={window} />
            ))}
          </div>
        ))}
      </div>
    </Panel>
  );
}

function WindowUsage({ apiKey, unit, window }: { apiKey: ApiKey; unit: QuotaUnit; window: QuotaWindow }) {
  const { t, format } = useTexts();
  const { resetsAtMs } = apiKey.used[window];
  const used = apiKey.used[window][unit];
  const limit = apiKey.quotas[unit][window];
  const label = t('apiKeys.quota.label', { unit: t(`apiKeys.units.${unit}`), window: t(`apiKeys.windows.${window}`) });
  const resets = window === 'month' ? t('apiKeys.quota.resetsOn', { date: format.date(resetsAtMs) }) : t('apiKeys.quota.resets', { time: format.time(resetsAtMs) });
  return (
    <div className={classes['usage']}>
      <div className={classes['figures']}>
        <span>{label}</span>
        {limit === null ? (
          <span className={classes['dim']}>{t('apiKeys.quota.free', { used: format.number(used) })}</span>
        ) : (
          <strong>{t('apiKeys.quota.of', { used: format.number(used), limit: format.number(limit) })}</strong>
        )}
      </div>
      {limit !== null && (
        <>
          <QuotaBar used={used} limit={limit} label={label} />
          <span className={classes['resets']} data-tone={toneOfShare(used / limit)}>
            {used >= limit ? `${t('apiKeys.quota.usedUp')}${t('common.chartSeparator')}${resets}` : resets}
          </span>
        </>
      )}
    </div>
  );
}

function ScopePanel({ apiKey: { scopes } }: { apiKey: ApiKey }) {
  const { t } = useTexts();
  const part = (title: string, names: readonly string[] | null, all: string): ReactNode => (
    <section>
      <h3 className={classes['sectionTitle']}>{title}</h3>
      <ul className={classes['chips']}>
        {(names ?? [all]).map((name) => (
          <li key={name}>{name}</li>
        ))}
      </ul>
    </section>
  );
  const endpoints = scopes.endpoints === null ? null : scopes.endpoints.map((endpoint) => t(`apiKeys.endpoints.${endpoint}`));
  return (
    <Panel title={t('apiKeys.page.scopeTitle')}>
      <div className={classes['scope']}>
        {part(t('apiKeys.wizard.scope.endpoints'), endpoints, t('apiKeys.wizard.scope.allEndpoints'))}
        {part(t('apiKeys.wizard.scope.deployments'), scopes.deployments, t('apiKeys.wizard.scope.allDeployments'))}
      </div>
    </Panel>
  );
}

function FactsPanel({ apiKey }: { apiKey: ApiKey }) {
  const { t, format } = useTexts();
  const { tone, label } = stateOf(apiKey, t);
  return (
    <Panel title={t('apiKeys.page.factsTitle')}>
      <KeyValueList
        items={[
          { key: 'state', label: t('apiKeys.state'), value: <StatusBadge tone={tone} label={label} /> },
          { key: 'department', label: t('apiKeys.department'), value: apiKey.department || t('apiKeys.page.notSaid') },
          { key: 'public', label: t('apiKeys.page.public'), value: t(apiKey.servesPublic ? 'apiKeys.page.publicYes' : 'apiKeys.page.publicNo') },
          { key: 'prefix', label: t('apiKeys.prefix'), value: <code>{`${apiKey.prefix}…`}</code> },
          { key: 'expiry', label: t('apiKeys.expiry'), value: apiKey.expiresAtMs === null ? t('apiKeys.expires.never') : format.date(apiKey.expiresAtMs - 1) },
          { key: 'lastUsed', label: t('apiKeys.lastUsed'), value: apiKey.lastUsedAtMs === null ? t('apiKeys.never') : format.dateTime(apiKey.lastUsedAtMs) },
          { key: 'totals', label: t('apiKeys.page.totals'), value: t('apiKeys.page.totalsValue', { requests: format.number(apiKey.requestCount), tokens: format.number(apiKey.tokenCount) }) },
          { key: 'created', label: t('apiKeys.createdAt'), value: t('apiKeys.madeValue', { date: format.date(apiKey.createdAtMs), name: apiKey.createdBy }) },
          ...(apiKey.rotatedAtMs === null ? [] : [{ key: 'rotated', label: t('apiKeys.page.rotatedAt'), value: format.dateTime(apiKey.rotatedAtMs) }]),
        ]}
      />
    </Panel>
  );
}
