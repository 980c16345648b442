import type { Translated } from '../translated.ts';
import type { models as en } from '../en/models.ts';

export const models: Translated<typeof en> = {
  title: '',
};
