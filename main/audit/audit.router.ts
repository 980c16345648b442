import type { Implementer } from '../kernel/router-base.ts';
import type { AuditService } from './audit.service.ts';

/** `audit.*` of the contract. */
export function auditRouter(os: Implementer, audit: () => AuditService) {
  return {
    list: os.audit.list.handler(({ input }) => audit().list(input)),
    get: os.audit.get.handler(({ input }) => audit().get(input.sequence)),
    verify: os.audit.verify.handler(({ context }) => audit().verify(context.interaction)),
  };
}
