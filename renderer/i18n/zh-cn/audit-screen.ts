import type { Translated } from '../translated.ts';
import type { auditScreen as en } from '../en/audit-screen.ts';

export const auditScreen: Translated<typeof en> = {
  title: '审计',
};
