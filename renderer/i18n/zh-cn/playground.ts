import type { Translated } from '../translated.ts';
import type { playground as en } from '../en/playground.ts';

export const playground: Translated<typeof en> = {
  title: '试用',
};
