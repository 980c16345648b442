import { Button, CloseButton, Select, Tabs } from '@mantine/core';
import { IconChartBar, IconDownload } from '@tabler/icons-react';
import type { Period, UsageState } from '../../../main/contract/usage.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { USAGE_TABS } from '../../state/routes.ts';
import type { RouteOf, UsageTab } from '../../state/routes.ts';
import { useSession } from '../../state/session.ts';
import { useViewState } from '../../state/view-state.ts';
import { EmptyState } from '../../ui/empty-state.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { saveTextFile } from '../../ui/save-text-file.ts';
import { showToast } from '../../ui/toast.tsx';
import { DaysTab, FilteredDaysTab } from './days-tab.tsx';
import { noonOf, periodOf, PERIODS } from './periods.ts';
import type { PeriodName } from './periods.ts';
import { RequestsTab } from './requests-tab.tsx';
import { SummaryTab } from './summary-tab.tsx';
import { UsageCharts } from './usage-charts.tsx';
import { UsageTotals } from './usage-totals.tsx';
import classes from './usage.module.css';
import { noUsageFilter, useSummary, useUsageState } from './use-usage.ts';
import type { UsageFilter } from './use-usage.ts';

/** Who asked how much of the endpoint. */
export default function UsageScreen({ route }: { route: RouteOf<'usage'> }) {
  const { t } = useTexts();
  const state = useUsageState();
  const [name, setName] = useViewState<PeriodName>('usage/period', 'month');
  const empty = state.data !== undefined && state.data.firstDay === null;
  if (empty) {
    return (
      <Page title={t('usage.title')} lead={t('usage.lead')}>
        <EmptyState
          icon={<IconChartBar size={32} stroke={1.5} />}
          title={t('usage.emptyTitle')}
          body={t('usage.emptyBody')}
          action={<Button onClick={() => navigate({ screen: 'gateway' })}>{t('usage.emptyAction')}</Button>}
        />
      </Page>
    );
  }
  const period = state.data === undefined ? null : periodOf(name, state.data);
  return (
    <Page title={t('usage.title')} lead={t('usage.lead')} actions={period !== null && <ExportButton period={period} />}>
      <QueryState query={state}>{(data) => <Used state={data} name={name} onName={setName} tab={route.tab ?? 'key'} />}</QueryState>
    </Page>
  );
}

interface UsedProps {
  state: UsageState;
  name: PeriodName;
  onName: (name: PeriodName) => void;
  tab: UsageTab;
}

function Used({ state, name, onName, tab }: UsedProps) {
  const { t, format } = useTexts();
  const [filter, setFilter] = useViewState<UsageFilter>('usage/filter', noUsageFilter);
  const period = periodOf(name, state);
  const days = useSummary(period, 'day', filter);
  const by = tab === 'day' || tab === 'requests' ? 'key' : tab;
  const groups = useSummary(period, by, filter);
  const isFiltered = filter.key !== null || filter.deployment !== null;
  const choose = (chosen: UsageFilter): void => {
    setFilter(chosen);
    navigate({ screen: 'usage', tab: chosen.key === null ? 'key' : 'model' });
  };
  return (
    <div className={classes['stack']}>
      <div className={classes['bar']}>
        <Select
          aria-label={t('usage.period')}
          value={name}
          allowDeselect={false}
          data={PERIODS.map((value) => ({ value, label: t(`usage.periods.${value}`) }))}
          onChange={(value) => value !== null && onName(value)}
        />
        <span className={classes['span']}>{t('usage.from', { from: format.date(noonOf(period.from)), to: format.date(noonOf(period.to)) })}</span>
        {isFiltered && (
          <span className={classes['chip']}>
            {filter.key === null ? t('usage.onlyDeployment', { name: filter.deployment ?? '' }) : t('usage.onlyKey', { name: filter.key.name })}
            <CloseButton size="sm" aria-label={t('usage.takeAway')} onClick={() => setFilter(noUsageFilter)} />
          </span>
        )}
      </div>
      <QueryState query={days}>
        {(data) => (
          <>
            <UsageTotals total={data.total} />
            {period.from !== period.to && <UsageCharts period={period} days={data.rows} />}
          </>
        )}
      </QueryState>
      <Tabs
        value={tab}
        onChange={(value) => {
          const chosen = USAGE_TABS.find((known) => known === value);
          if (chosen !== undefined) navigate({ screen: 'usage', tab: chosen });
        }}
        keepMounted={false}
      >
        <Tabs.List>
          {USAGE_TABS.map((each) => (
            <Tabs.Tab key={each} value={each}>
              {t(`usage.tabs.${each}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} pt="lg">
          {tab === 'requests' ? (
            <RequestsTab filter={filter} recordDays={state.recordDays} />
          ) : tab === 'day' ? (
            isFiltered ? <FilteredDaysTab rows={days.data?.rows ?? []} /> : <DaysTab period={period} />
          ) : (
            <QueryState query={groups}>
              {(data) => (data.rows.length === 0 ? <p className={classes['nothing']}>{t('usage.nothingInPeriod')}</p> : <SummaryTab key={tab} by={tab} rows={data.rows} onFilter={choose} />)}
            </QueryState>
          )}
        </Tabs.Panel>
      </Tabs>
    </div>
  );
}

/** The totals of the period as a file. */
function ExportButton({ period }: { period: Period }) {
  const { t } = useTexts();
  // The desktop's window lets no file out: there the main process asks where to keep it.
  const downloads = useSession((state) => state.status?.host) === 'console';
  const save = useCommand(async () => {
    if (downloads) {
      const file = await client.usage.export(period);
      saveTextFile(file);
      showToast({ message: t('usage.exporting.saved', { file: file.fileName }) });
    } else {
      const { path } = await client.usage.saveExport(period);
      showToast({ message: t('usage.exporting.savedAt', { path }) });
    }
  });
  return (
    <>
      <Button variant="default" leftSection={<IconDownload size={18} aria-hidden />} loading={save.running} onClick={() => void save.run()}>
        {t('usage.exporting.verb')}
      </Button>
      <ErrorNotice error={save.error} />
    </>
  );
}
