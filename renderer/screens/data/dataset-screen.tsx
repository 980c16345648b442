import { Select, Tabs } from '@mantine/core';
import type { DatasetDetail } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import type { RouteOf } from '../../state/routes.ts';
import { useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { HistoryTable } from '../models/history-table.tsx';
import { useDataset } from '../training/use-train-wizard.ts';
import classes from './data.module.css';
import { DatasetActions } from './dataset-actions.tsx';
import { DiffTab } from './diff-tab.tsx';
import { RowsTab } from './rows-tab.tsx';
import { VersionFacts } from './version-facts.tsx';
import { DatasetVersionsTable } from './versions-table.tsx';

const TABS = ['rows', 'versions', 'compare', 'history'] as const;

/** One data set: its rows, versions, what changed between them, history; train on it, rename, delete. */
export default function DatasetScreen({ route }: { route: RouteOf<'dataset'> }) {
  const { t, format } = useTexts();
  const query = useDataset(route.datasetId);
  const dataset = query.data;
  const newest = dataset?.versions[0];
  const lead =
    dataset === undefined || newest === undefined
      ? undefined
      : t('data.detail.facts', { count: newest.rowCount, total: format.number(newest.rowCount), shares: t('data.sharesText', { ...dataset.shares }) });
  return (
    <Page
      key={route.datasetId}
      title={dataset?.name ?? t('data.tabs.datasets')}
      back={<BackLink to={{ screen: 'data', tab: 'datasets' }} label={t('data.detail.back')} />}
      {...(lead === undefined ? {} : { lead })}
      actions={dataset === undefined ? undefined : <DatasetActions dataset={dataset} />}
    >
      <QueryState query={query}>{(data) => <DatasetBody dataset={data} />}</QueryState>
    </Page>
  );
}

function DatasetBody({ dataset }: { dataset: DatasetDetail }) {
  const { t, format } = useTexts();
  const [tab, setTab] = useViewState<string | null>(`dataset/${dataset.id}/tab`, 'rows');
  const [chosen, setChosen] = useViewState<string | null>(`dataset/${dataset.id}/version`, null);
  const { versions } = dataset;
  const version = versions.find(({ id }) => id === chosen) ?? versions[0];
  if (version === undefined) return null;
  const choice = versions.length > 1 && (
    <Select
      aria-label={t('data.detail.versionChoice')}
      data={versions.map(({ id, number }, place) => ({ value: id, label: t(place === 0 ? 'data.detail.versionNewest' : 'data.detail.version', { number }) }))}
      value={version.id}
      allowDeselect={false}
      onChange={(id) => id !== null && setChosen(id)}
    />
  );
  return (
    <Tabs value={tab} onChange={setTab} keepMounted={false}>
      <Tabs.List>
        {TABS.map((name) => (
          <Tabs.Tab key={name} value={name}>
            {t(`data.detail.tabs.${name}`)}
            {name === 'versions' && <span className={classes['tabCount']}>{` ${format.number(versions.length)}`}</span>}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      <Tabs.Panel value="rows" pt="lg">
        <RowsTab key={version.id} version={version} choice={choice} />
      </Tabs.Panel>
      <Tabs.Panel value="versions" pt="lg">
        <div className={classes['stack']}>
          <DatasetVersionsTable dataset={dataset} onOpen={({ id }) => setChosen(id)} />
          <VersionFacts key={version.id} version={version} whole />
        </div>
      </Tabs.Panel>
      <Tabs.Panel value="compare" pt="lg">
        <DiffTab dataset={dataset} />
      </Tabs.Panel>
      <Tabs.Panel value="history" pt="lg">
        <HistoryTable stateKey={`dataset/${dataset.id}/history`} label={t('data.historyLabel')} events={dataset.history} />
      </Tabs.Panel>
    </Tabs>
  );
}
