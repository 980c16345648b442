import type { Translated } from '../translated.ts';
import type { deployments as en } from '../en/deployments.ts';

export const deployments: Translated<typeof en> = {
  title: '部署',
};
