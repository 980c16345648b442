import { ActionIcon, Button, Group, Select, Tooltip } from '@mantine/core';
import { IconColumns, IconX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import type { AdapterChoice, DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { setQueryData } from '../../state/queries.ts';
import { useMay } from '../../state/session.ts';
import { CodeBlock } from '../../ui/code-block.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './adapters.module.css';
import { attachCommand } from './import-entries.ts';
import { WeightInput } from './weight-input.tsx';
import { fitting, useAdapters } from './use-adapters.ts';

const MOST_ATTACHED = 8;

/** The adapters attached to a deployment: put on, weighed, taken off together with one button, so that answers wait once. */
export function DeploymentAdapters({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const mayManage = useMay('deployments.manage');
  const mayUse = useMay('deployments.use');
  const adapters = useAdapters();
  const { id, name, adapters: attached } = deployment;
  const present = JSON.stringify(attached.map(({ adapterId, weight }) => ({ adapterId, weight })));
  const [draft, setDraft] = useState<AdapterChoice[]>(() => JSON.parse(present) as AdapterChoice[]);
  // What somebody else attached meanwhile is shown; a draft that was begun on other grounds is not worth keeping.
  useEffect(() => setDraft(JSON.parse(present) as AdapterChoice[]), [present]);
  const apply = useCommand((choices: AdapterChoice[]) => client.deployments.setAdapters({ deploymentId: id, adapters: choices }));
  const fits = fitting(adapters.data, deployment.versionId);
  const nameOf = (adapterId: string): string =>
    attached.find((each) => each.adapterId === adapterId)?.name ?? adapters.data?.find((each) => each.id === adapterId)?.name ?? adapterId;
  const free = fits.filter((adapter) => !draft.some(({ adapterId }) => adapterId === adapter.id));
  const changed = JSON.stringify(draft) !== present;
  const running = deployment.state === 'ready';
  const save = async (): Promise<void> => {
    const view = await apply.run(draft);
    if (view === undefined) return;
    setQueryData(`deployment/${id}`, view);
    showToast({ message: t('adapters.panel.applied', { name }) });
  };
  return (
    <Panel
      title={t('adapters.panel.title')}
      actions={
        mayUse && running && fits.length > 0 ? (
          <Button variant="default" leftSection={<IconColumns size={18} aria-hidden />} onClick={() => navigate({ screen: 'compare-adapters', deploymentId: id })}>
            {t('adapters.panel.compare')}
          </Button>
        ) : undefined
      }
    >
      <div className={classes['stack']}>
        {draft.length === 0 && <p className={classes['dim']}>{t('adapters.panel.none')}</p>}
        {draft.length > 0 && (
          <ul className={classes['attached']}>
            {draft.map((choice) => (
              <li key={choice.adapterId} className={classes['attachedRow']}>
                <span className={classes['attachedName']} title={nameOf(choice.adapterId)}>
                  {nameOf(choice.adapterId)}
                </span>
                {mayManage ? (
                  <WeightInput
                    label={t('adapters.panel.weight', { name: nameOf(choice.adapterId) })}
                    weight={choice.weight}
                    disabled={apply.running}
                    onWeight={(weight) => setDraft((before) => before.map((each) => (each.adapterId === choice.adapterId ? { ...each, weight } : each)))}
                  />
                ) : (
                  <span>{format.number(choice.weight, 2)}</span>
                )}
                {mayManage && (
                  <Tooltip label={t('adapters.panel.takeOff', { name: nameOf(choice.adapterId) })}>
                    <ActionIcon
                      aria-label={t('adapters.panel.takeOff', { name: nameOf(choice.adapterId) })}
                      disabled={apply.running}
                      onClick={() => setDraft((before) => before.filter((each) => each.adapterId !== choice.adapterId))}
                    >
                      <IconX size={18} aria-hidden />
                    </ActionIcon>
                  </Tooltip>
                )}
              </li>
            ))}
          </ul>
        )}
        {draft.length > 0 && <p className={classes['dim']}>{t('adapters.panel.weightHelp')}</p>}
        {mayManage && free.length > 0 && draft.length < MOST_ATTACHED && (
          <Select
            label={t('adapters.panel.attach')}
            placeholder={t('adapters.panel.choose')}
            maw="24rem"
            searchable
            disabled={apply.running}
            data={free.map((adapter) => ({ value: adapter.id, label: adapter.name }))}
            value={null}
            onChange={(adapterId) => adapterId !== null && setDraft((before) => [...before, { adapterId, weight: 1 }])}
          />
        )}
        {adapters.data !== undefined && fits.length === 0 && <p className={classes['dim']}>{t('adapters.panel.nothingFits')}</p>}
        <ErrorNotice error={apply.error} />
        {mayManage && (changed || apply.running) && (
          <>
            <Group gap="xs">
              <Button loading={apply.running} onClick={() => void save()}>
                {t('adapters.panel.apply')}
              </Button>
              <Button
                variant="subtle"
                disabled={apply.running}
                onClick={() => {
                  apply.forget();
                  setDraft(JSON.parse(present) as AdapterChoice[]);
                }}
              >
                {t('adapters.panel.discard')}
              </Button>
            </Group>
            <p className={classes['dim']} role="status">
              {apply.running && deployment.activeRequests > 0
                ? t('adapters.panel.waiting', { count: deployment.activeRequests })
                : t(running ? 'adapters.panel.effect' : 'adapters.panel.effectLater')}
            </p>
            <CodeBlock label={t('adapters.panel.command')} code={attachCommand(name, draft.map(({ adapterId, weight }) => ({ name: nameOf(adapterId), weight })))} />
          </>
        )}
        <p className={classes['dim']}>
          <RouteLink to={{ screen: 'adapters' }}>{t('adapters.toAdapters')}</RouteLink>
        </p>
      </div>
    </Panel>
  );
}
