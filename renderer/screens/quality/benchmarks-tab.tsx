import { IconGauge } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** What was measured, newest first. */
export function BenchmarksTab() {
  const { t } = useTexts();
  return <EmptyState icon={<IconGauge size={32} stroke={1.5} />} title={t('quality.benchmarks.empty.title')} body={t('quality.benchmarks.empty.body')} />;
}
