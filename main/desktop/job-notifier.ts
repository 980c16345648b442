import type { Notification, NotificationConstructorOptions } from 'electron';
import type { AppEvent } from '../contract/events.contract.ts';
import { jobEndedSentence } from '../../renderer/i18n/job-sentence.ts';
import type { DesktopTexts } from './desktop-texts.ts';

export interface NotifierOptions {
  /** Makes a notification; null where the system has none. */
  notify: ((options: NotificationConstructorOptions) => Notification) | null;
  isWindowVisible: () => boolean;
  texts: () => DesktopTexts;
  onOpen: (address: string) => void;
}

export interface JobNotifier {
  hear(event: AppEvent): void;
  /** Said once, when the window is closed while something runs. */
  tellThatItStays(): void;
}

/** Tells how a job ended to somebody who does not see the window; with it open, the page tells. */
export function createJobNotifier({ notify, isWindowVisible, texts, onOpen }: NotifierOptions): JobNotifier {
  // A notification that nobody holds is collected, and its click with it.
  const held = new Set<Notification>();
  let toldThatItStays = false;
  const say = (title: string, body: string, address: string): void => {
    const notification = notify?.({ title, body });
    if (notification === undefined) return;
    held.add(notification);
    notification.on('click', () => onOpen(address));
    notification.on('close', () => held.delete(notification));
    notification.show();
  };
  return {
    hear(event) {
      if (event.type !== 'jobs.changed' || isWindowVisible()) return;
      const { jobs, notification } = texts();
      const address = event.kind === 'models.import' ? `#/import/${encodeURIComponent(event.jobId)}` : '#/jobs';
      const { kind, state, title } = event;
      if (state !== 'succeeded' && state !== 'failed') return;
      say(jobEndedSentence(jobs, { kind, state, title }), state === 'succeeded' ? notification.finishedBody : notification.failedBody, address);
    },
    tellThatItStays() {
      if (toldThatItStays) return;
      toldThatItStays = true;
      const { notification } = texts();
      say(notification.staysTitle, notification.staysBody, '');
    },
  };
}
