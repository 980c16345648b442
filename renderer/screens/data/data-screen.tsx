import { Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { DATA_TABS } from '../../state/routes.ts';
import type { DataTab, RouteOf } from '../../state/routes.ts';
import { Page } from '../../ui/page.tsx';
import { RunsTab } from '../training/runs-tab.tsx';
import { DatasetsTab } from './datasets-tab.tsx';

/** Each tab brings its own buttons: they stand over its list, and in its place while it is empty. */
const tabs: Record<DataTab, ComponentType> = { datasets: DatasetsTab, runs: RunsTab };

/** The room of what models learn from, and what was trained on it. */
export default function DataScreen({ route }: { route: RouteOf<'data'> }) {
  const { t } = useTexts();
  return (
    <Page title={t('data.title')} lead={t('data.lead')}>
      <Tabs
        value={route.tab ?? 'datasets'}
        onChange={(value) => {
          const tab = DATA_TABS.find((known) => known === value);
          if (tab !== undefined) navigate({ screen: 'data', tab });
        }}
        keepMounted={false}
      >
        <Tabs.List>
          {DATA_TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`data.tabs.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {DATA_TABS.map((tab) => {
          const Content = tabs[tab];
          return (
            <Tabs.Panel key={tab} value={tab} pt="lg">
              <Content />
            </Tabs.Panel>
          );
        })}
      </Tabs>
    </Page>
  );
}
