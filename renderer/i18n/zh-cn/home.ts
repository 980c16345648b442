import type { Translated } from '../translated.ts';
import type { home as en } from '../en/home.ts';

export const home: Translated<typeof en> = {
  title: '',
};
