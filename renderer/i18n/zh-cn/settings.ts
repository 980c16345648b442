import type { Translated } from '../translated.ts';
import type { settings as en } from '../en/settings.ts';

export const settings: Translated<typeof en> = {
  title: '',
};
