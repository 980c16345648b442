import type { Translated } from '../translated.ts';
import type { start as en } from '../en/start.ts';

export const start: Translated<typeof en> = {
  title: '',
};
