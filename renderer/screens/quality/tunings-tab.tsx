import { IconAdjustments } from '@tabler/icons-react';
import { useTexts } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/empty-state.tsx';

/** What auto-tuning found, newest first. */
export function TuningsTab() {
  const { t } = useTexts();
  return <EmptyState icon={<IconAdjustments size={32} stroke={1.5} />} title={t('quality.tunings.empty.title')} body={t('quality.tunings.empty.body')} />;
}
