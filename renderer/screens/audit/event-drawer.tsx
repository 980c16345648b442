import { ActionIcon, Button, Drawer, Group, Stack, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import type { AuditEvent } from '../../../main/contract/audit.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useQuery } from '../../state/queries.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { actorName, toneOfResult } from './audit-columns.tsx';
import classes from './audit.module.css';
import { DifferenceTable } from './difference-table.tsx';

interface EventDrawerProps {
  sequence: number | undefined;
  /** The neighbours in the list, as it is filtered now. */
  newer: number | undefined;
  older: number | undefined;
  onGo: (sequence: number) => void;
  onObject: (object: AuditEvent['object']) => void;
  onClose: () => void;
}

/** One event in full: who, what, from where, before and after, its place in the chain. */
export function EventDrawer({ sequence, newer, older, onGo, onObject, onClose }: EventDrawerProps) {
  const { t, format } = useTexts();
  const event = useQuery(`audit/${String(sequence)}`, (signal) => client.audit.get({ sequence: sequence ?? 0 }, { signal }), { enabled: sequence !== undefined });
  return (
    <Drawer
      opened={sequence !== undefined}
      onClose={onClose}
      position="right"
      size="44rem"
      title={<span className={classes['drawerTitle']}>{t('auditScreen.detail.title', { sequence: format.number(sequence ?? null) })}</span>}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {sequence !== undefined && (
        <Stack gap="lg">
          <Group gap="xs">
            <Neighbour label={t('auditScreen.detail.newer')} to={newer} onGo={onGo} icon={<IconChevronUp size={18} aria-hidden />} />
            <Neighbour label={t('auditScreen.detail.older')} to={older} onGo={onGo} icon={<IconChevronDown size={18} aria-hidden />} />
          </Group>
          <QueryState query={event}>{(data) => <EventDetail event={data} onObject={onObject} />}</QueryState>
        </Stack>
      )}
    </Drawer>
  );
}

function Neighbour({ label, to, icon, onGo }: { label: string; to: number | undefined; icon: ReactNode; onGo: (sequence: number) => void }) {
  return (
    <Tooltip label={label}>
      <ActionIcon variant="default" aria-label={label} disabled={to === undefined} onClick={() => to !== undefined && onGo(to)}>
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

function EventDetail({ event, onObject }: { event: AuditEvent; onObject: (object: AuditEvent['object']) => void }) {
  const { t, format } = useTexts();
  const { actor, source, object } = event;
  const roles: Record<string, string> = t('shell.roles', { returnObjects: true });
  const hosts: Record<string, string> = t('auditScreen.detail.hosts', { returnObjects: true });
  const name = actorName(t, actor);
  const host = hosts[source.host] ?? source.host;
  const items = [
    { key: 'when', label: t('auditScreen.detail.when'), value: format.dateTimeSeconds(event.timeMs) },
    { key: 'who', label: t('auditScreen.detail.who'), value: actor.role === '' ? name : t('auditScreen.detail.whoRole', { name, role: roles[actor.role] ?? actor.role }) },
    {
      key: 'from',
      label: t('auditScreen.detail.from'),
      value: source.address === '' ? host : t('auditScreen.detail.fromHost', { host, address: source.address }),
    },
    { key: 'object', label: t('auditScreen.detail.object'), value: object.name === '' ? object.type : object.name },
    { key: 'objectId', label: t('auditScreen.detail.objectId'), value: <code className={classes['mono']}>{object.id}</code> },
    { key: 'result', label: t('auditScreen.detail.result'), value: <StatusBadge tone={toneOfResult[event.result]} label={t(`audit.results.${event.result}`)} /> },
    ...(event.reason === '' ? [] : [{ key: 'reason', label: t('auditScreen.detail.reason'), value: <code className={classes['mono']}>{event.reason}</code> }]),
    {
      key: 'interaction',
      label: t('auditScreen.detail.interaction'),
      value: <code className={classes['mono']}>{event.interactionId}</code>,
      explain: t('auditScreen.detail.interactionExplain'),
    },
    { key: 'version', label: t('auditScreen.detail.version'), value: event.appVersion },
  ];
  return (
    <Stack gap="lg">
      <p className={classes['sentence']}>{t(`audit.types.${event.type}`)}</p>
      <KeyValueList items={items} />
      <div>
        <Button variant="default" onClick={() => onObject(object)}>
          {t('auditScreen.detail.onlyObject')}
        </Button>
      </div>
      <section>
        <h3 className={classes['sectionTitle']}>{t(event.before === null ? 'auditScreen.detail.data' : 'auditScreen.detail.changes')}</h3>
        <DifferenceTable before={event.before} after={event.after} />
      </section>
      <section>
        <h3 className={classes['sectionTitle']}>{t('auditScreen.detail.chain')}</h3>
        <p className={classes['hashLabel']}>{t('auditScreen.detail.leaf')}</p>
        <CopyField label={t('auditScreen.detail.leaf')} value={event.leaf} wrap />
        <p className={classes['hashLabel']}>{t('auditScreen.detail.prev')}</p>
        <CopyField label={t('auditScreen.detail.prev')} value={event.prev} wrap />
      </section>
    </Stack>
  );
}
