import { useEffect } from 'react';
import { jobEndedSentence } from '../i18n/job-sentence.ts';
import { translate } from '../i18n/i18n.ts';
import { navigate, useNavigation } from '../state/navigation.ts';
import { addressOf } from '../state/routes.ts';
import { onTopic } from '../state/topics.ts';
import { showToast } from '../ui/toast.tsx';
import { findRouteOfJob } from './jobs-menu.tsx';

/** Says that a job has ended, with the result one click away, unless the person is looking at it already. */
export function useJobToasts(): void {
  useEffect(
    () =>
      onTopic('jobs', (event) => {
        if (event?.type !== 'jobs.changed' || (event.state !== 'succeeded' && event.state !== 'failed')) return;
        const { kind, state, title } = event;
        void findRouteOfJob({ id: event.jobId, kind }).then((route) => {
          if (addressOf(useNavigation.getState().route) === addressOf(route)) return;
          showToast({
            message: jobEndedSentence(translate('jobs', { returnObjects: true }), { kind, state, title }),
            action: { label: translate('common.open'), run: () => navigate(route) },
            tone: state === 'succeeded' ? 'fine' : 'act',
          });
        });
      }),
    [],
  );
}
