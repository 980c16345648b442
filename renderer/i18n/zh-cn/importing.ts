import type { Translated } from '../translated.ts';
import type { importing as en } from '../en/importing.ts';

export const importing: Translated<typeof en> = {
  title: '',
};
