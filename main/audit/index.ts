/** Front door of the audit room: other areas import only from here. */
export { auditRouter } from './audit.router.ts';
export { createAuditLog } from './audit-log.ts';
export type { AuditEntry, AuditLog } from './audit-log.ts';
export { createAuditService } from './audit.service.ts';
export type { AuditService } from './audit.service.ts';
export { createAuditStore } from './audit.store.ts';
