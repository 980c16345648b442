import { Button, Menu, Tabs } from '@mantine/core';
import { IconChevronDown, IconRocket } from '@tabler/icons-react';
import { useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { asError } from '../../client/as-error.ts';
import { client } from '../../client/connection.ts';
import { translate, useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useMay } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showErrorToast, showUndoToast } from '../../ui/toast.tsx';
import { DeleteModelDialog } from './delete-model-dialog.tsx';
import { HistoryTable } from './history-table.tsx';
import { MetadataTable } from './metadata-table.tsx';
import { ModelOverview } from './model-overview.tsx';
import { RenameModelDialog } from './rename-model-dialog.tsx';
import { VersionsTable } from './versions-table.tsx';
import classes from './models.module.css';

/** One model: facts, versions, metadata, where it is used, history; rename, annotate, retire, delete. */
export default function ModelScreen({ route }: { route: RouteOf<'model'> }) {
  const { t } = useTexts();
  const query = useQuery(`model/${route.modelId}`, (signal) => client.models.get({ modelId: route.modelId }, { signal }), {
    topics: ['models', 'deployments'],
  });
  const title = query.data?.name ?? t('models.title');
  return (
    <Page
      key={route.modelId}
      title={title}
      back={<BackLink to={{ screen: 'models' }} label={t('models.detail.back')} />}
      actions={query.data === undefined ? undefined : <ModelActions model={query.data} />}
    >
      <QueryState query={query}>{(model) => <ModelBody model={model} />}</QueryState>
    </Page>
  );
}

/** Versions, newest first. */
export function newestFirst(model: ModelDetail): ModelVersion[] {
  return [...model.versions].sort((a, b) => b.number - a.number);
}

function ModelActions({ model }: { model: ModelDetail }) {
  const { t } = useTexts();
  const mayManage = useMay('models.manage');
  const mayDeploy = useMay('deployments.manage');
  const [dialog, setDialog] = useState<'rename' | 'delete' | null>(null);
  const newest = newestFirst(model)[0];
  return (
    <>
      {mayManage && (
        <Menu>
          <Menu.Target>
            <Button variant="default" rightSection={<IconChevronDown size={16} />}>
              {t('models.detail.more')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => setDialog('rename')}>{t('models.detail.rename')}</Menu.Item>
            <Menu.Item onClick={() => void setRetired(model, !model.retired, true)}>
              {t(model.retired ? 'models.detail.restore' : 'models.detail.retire')}
            </Menu.Item>
            <Menu.Divider />
            <Menu.Item className={classes['danger'] ?? ''} onClick={() => setDialog('delete')}>
              {t('models.detail.delete')}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      )}
      {mayDeploy && newest !== undefined && !model.retired && (
        <Button leftSection={<IconRocket size={18} />} onClick={() => navigate({ screen: 'deploy', versionId: newest.id, modelId: model.id })}>
          {t('models.detail.deploy')}
        </Button>
      )}
      <RenameModelDialog model={model} opened={dialog === 'rename'} onClose={() => setDialog(null)} />
      <DeleteModelDialog model={model} opened={dialog === 'delete'} onClose={() => setDialog(null)} />
    </>
  );
}

/** Retires or restores; both can be undone, so nothing is asked and Undo is offered instead. */
async function setRetired(model: ModelDetail, retired: boolean, offerUndo: boolean): Promise<void> {
  try {
    await (retired ? client.models.retire({ modelId: model.id }) : client.models.restore({ modelId: model.id }));
  } catch (thrown) {
    showErrorToast(asError(thrown));
    return;
  }
  if (!offerUndo) return;
  showUndoToast({
    message: translate(retired ? 'models.retired' : 'models.restored', { name: model.name }),
    onUndo: () => void setRetired(model, !retired, false),
  });
}

function ModelBody({ model }: { model: ModelDetail }) {
  const { t, format } = useTexts();
  const [tab, setTab] = useViewState<string | null>(`model/${model.id}/tab`, 'overview');
  const [chosen, setChosen] = useViewState<string | null>(`model/${model.id}/version`, null);
  const versions = newestFirst(model);
  const version = versions.find(({ id }) => id === chosen) ?? versions[0];
  if (version === undefined) return null;
  return (
    <div className={classes['detail']}>
      {model.retired && <Notice tone="info">{t('models.detail.retiredNotice')}</Notice>}
      <Tabs value={tab} onChange={setTab} keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="overview">{t('models.detail.overview')}</Tabs.Tab>
          <Tabs.Tab value="versions">
            {t('models.detail.versions')} <span className={classes['tabCount']}>{format.number(versions.length)}</span>
          </Tabs.Tab>
          <Tabs.Tab value="metadata">{t('models.detail.metadata')}</Tabs.Tab>
          <Tabs.Tab value="history">{t('models.detail.history')}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="overview" pt="lg">
          <ModelOverview model={model} version={version} versions={versions} onVersion={setChosen} />
        </Tabs.Panel>
        <Tabs.Panel value="versions" pt="lg">
          <VersionsTable
            model={model}
            versions={versions}
            onOpen={(each) => {
              setChosen(each.id);
              setTab('overview');
            }}
          />
        </Tabs.Panel>
        <Tabs.Panel value="metadata" pt="lg">
          <MetadataTable versionId={version.id} metadata={version.facts.metadata} />
        </Tabs.Panel>
        <Tabs.Panel value="history" pt="lg">
          <HistoryTable stateKey={`model/${model.id}/history`} label={t('models.historyTable.label')} events={model.history} />
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}
