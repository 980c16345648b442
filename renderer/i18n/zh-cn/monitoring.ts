import type { Translated } from '../translated.ts';
import type { monitoring as en } from '../en/monitoring.ts';

export const monitoring: Translated<typeof en> = {
  title: '监控',
};
