import type { Translated } from '../translated.ts';
import type { training as en } from '../en/training.ts';

export const training: Translated<typeof en> = {
  title: '训练',
};
