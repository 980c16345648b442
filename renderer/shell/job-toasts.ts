import { useEffect } from 'react';
import { translate } from '../i18n/i18n.ts';
import { navigate, useNavigation } from '../state/navigation.ts';
import { addressOf } from '../state/routes.ts';
import type { Route } from '../state/routes.ts';
import { onTopic } from '../state/topics.ts';
import { showToast } from '../ui/toast.tsx';

/** Says that a job has ended, with the result one click away, unless the person is looking at it already. */
export function useJobToasts(): void {
  useEffect(
    () =>
      onTopic('jobs', (event) => {
        if (event?.type !== 'jobs.changed' || (event.state !== 'succeeded' && event.state !== 'failed')) return;
        const route: Route = { screen: 'import', jobId: event.jobId };
        if (addressOf(useNavigation.getState().route) === addressOf(route)) return;
        showToast({
          message: translate(event.state === 'succeeded' ? 'jobs.finishedToast' : 'jobs.failedToast', { title: event.title }),
          action: { label: translate('common.open'), run: () => navigate(route) },
          tone: event.state === 'succeeded' ? 'fine' : 'act',
        });
      }),
    [],
  );
}
