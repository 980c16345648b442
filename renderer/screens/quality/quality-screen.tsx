import { Tabs } from '@mantine/core';
import type { ComponentType } from 'react';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { QUALITY_TABS } from '../../state/routes.ts';
import type { QualityTab, RouteOf } from '../../state/routes.ts';
import { Page } from '../../ui/page.tsx';
import { ComparisonsTab } from '../shrinking/comparisons-tab.tsx';
import { MatricesTab } from '../shrinking/matrices-tab.tsx';
import { BenchmarksTab } from './benchmarks-tab.tsx';
import { TuningsTab } from './tunings-tab.tsx';

/** Each tab brings its own buttons: they stand over its list, and in its place while it is empty. */
const tabs: Record<QualityTab, ComponentType> = {
  benchmarks: BenchmarksTab,
  tunings: TuningsTab,
  comparisons: ComparisonsTab,
  matrices: MatricesTab,
};

/** The room of what was measured: speed, settings found by measuring, what shrinking cost, importance matrices. */
export default function QualityScreen({ route }: { route: RouteOf<'quality'> }) {
  const { t } = useTexts();
  const current = route.tab ?? 'benchmarks';
  return (
    <Page title={t('quality.title')} lead={t('quality.lead')}>
      <Tabs
        value={current}
        onChange={(value) => {
          const tab = QUALITY_TABS.find((known) => known === value);
          if (tab !== undefined) navigate({ screen: 'quality', tab });
        }}
        keepMounted={false}
      >
        <Tabs.List>
          {QUALITY_TABS.map((tab) => (
            <Tabs.Tab key={tab} value={tab}>
              {t(`quality.tabs.${tab}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {QUALITY_TABS.map((tab) => {
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
