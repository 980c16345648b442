import type { Translated } from '../translated.ts';
import type { adapters as en } from '../en/adapters.ts';

export const adapters: Translated<typeof en> = {
  title: '适配器',
};
