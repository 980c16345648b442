import { Skeleton as MantineSkeleton, Stack } from '@mantine/core';
import { useTexts } from '../i18n/i18n.ts';

/** Grey lines in the place of what is being fetched. Shown by QueryState after 200 ms, never sooner. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const { t } = useTexts();
  return (
    <Stack gap="sm" role="status" aria-label={t('common.loading')}>
      {Array.from({ length: rows }, (_, row) => (
        <MantineSkeleton key={row} height="2.25rem" radius="sm" />
      ))}
    </Stack>
  );
}
