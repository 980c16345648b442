import type { Translated } from '../translated.ts';
import type { gateway as en } from '../en/gateway.ts';

export const gateway: Translated<typeof en> = {
  title: '网关',
};
