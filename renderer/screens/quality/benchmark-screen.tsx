import { Button, Menu } from '@mantine/core';
import { IconChevronDown, IconRefresh } from '@tabler/icons-react';
import type { Benchmark } from '../../../main/contract/benchmarks.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import type { RouteOf } from '../../state/routes.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { BenchmarkView } from './benchmark-view.tsx';
import classes from './quality.module.css';
import { useBenchmarkActions } from './use-benchmark-actions.tsx';

/** One benchmark: everything that is kept of it; rename, export, measure again, remove. */
export default function BenchmarkScreen({ route }: { route: RouteOf<'benchmark'> }) {
  const { t, format } = useTexts();
  const { benchmarkId } = route;
  const query = useQuery(`benchmark/${benchmarkId}`, (signal) => client.benchmarks.get({ benchmarkId }, { signal }), { topics: ['benchmarks', 'models'] });
  const { data } = query;
  return (
    <Page
      key={benchmarkId}
      title={data?.label ?? t('quality.tabs.benchmarks')}
      back={<BackLink to={{ screen: 'quality', tab: 'benchmarks' }} label={t('quality.detail.back')} />}
      {...(data === undefined
        ? {}
        : {
            lead: t(data.source === 'measured' ? 'quality.detail.lead' : 'quality.detail.leadImported', { when: format.dateTime(data.atMs), by: data.startedBy }),
            actions: <Actions benchmark={data} />,
          })}
    >
      <QueryState query={query}>{(benchmark) => <BenchmarkView benchmark={benchmark} />}</QueryState>
    </Page>
  );
}

function Actions({ benchmark }: { benchmark: Benchmark }) {
  const { t } = useTexts();
  const actions = useBenchmarkActions(() => navigate({ screen: 'quality', tab: 'benchmarks' }, { replace: true }));
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" rightSection={<IconChevronDown size={16} />}>
            {t('models.detail.more')}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {actions.mayManage && <Menu.Item onClick={() => actions.rename(benchmark)}>{t('quality.benchmarks.rename')}</Menu.Item>}
          <Menu.Item onClick={() => actions.export([benchmark])}>{t('quality.benchmarks.export')}</Menu.Item>
          {actions.mayManage && (
            <>
              <Menu.Divider />
              <Menu.Item className={classes['danger'] ?? ''} onClick={() => actions.remove(benchmark)}>
                {t('quality.benchmarks.remove')}
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      {actions.mayAgain(benchmark) && (
        <Button leftSection={<IconRefresh size={18} aria-hidden />} onClick={() => actions.again(benchmark)}>
          {t('quality.benchmarks.again')}
        </Button>
      )}
      {actions.dialogs}
    </>
  );
}
