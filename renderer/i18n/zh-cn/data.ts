import type { Translated } from '../translated.ts';
import type { data as en } from '../en/data.ts';

export const data: Translated<typeof en> = {
  title: '数据与训练',
};
