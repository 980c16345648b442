import { Stack } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTexts } from '../i18n/i18n.ts';
import type { Query } from '../state/queries.ts';
import { ErrorNotice } from './error-notice.tsx';
import { Notice } from './notice.tsx';
import { Skeleton } from './skeleton.tsx';

interface QueryStateProps<Data> {
  query: Query<Data>;
  /** What to show with an answer. */
  children: (data: Data) => ReactNode;
  /** In the place of grey lines. */
  skeleton?: ReactNode;
}

/** The states of a question: nothing for 200 ms, skeleton, error with retry, answer, answer that is out of date. */
export function QueryState<Data>({ query, children, skeleton }: QueryStateProps<Data>) {
  const { t, format } = useTexts();
  if (query.data === undefined) {
    if (query.error !== null) return <ErrorNotice error={query.error} onRetry={query.refetch} />;
    return query.loading ? (skeleton ?? <Skeleton />) : null;
  }
  if (!query.stale) return children(query.data);
  return (
    <Stack gap="md">
      <Notice tone="look">{t('common.stale', { time: format.time(query.readAtMs) })}</Notice>
      {children(query.data)}
    </Stack>
  );
}
