import type { Translated } from '../translated.ts';
import type { jobsScreen as en } from '../en/jobs-screen.ts';

export const jobsScreen: Translated<typeof en> = {
  title: '任务',
};
