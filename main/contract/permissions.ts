/**
 * Who may do what. Every procedure names one of these permissions (contract/procedure.ts); the router compares it with
 * the role of the person. `public` needs only the transport's own credential, because nobody can be signed in yet.
 */
export const PERMISSIONS = [
  'public',
  'session',
  'models.read',
  'models.manage',
  'deployments.read',
  'deployments.manage',
  'deployments.use',
  'gateway.read',
  'gateway.manage',
  'quality.read',
  'quality.manage',
  'data.read',
  'data.rows',
  'data.manage',
  'training.read',
  'training.manage',
  'monitoring.read',
  'audit.read',
  'audit.verify',
  'jobs.read',
  'jobs.manage',
  'settings.manage',
] as const;
export type Permission = (typeof PERMISSIONS)[number];

export const ROLES = ['administrator', 'operator', 'auditor', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

const reading: Permission[] = ['public', 'session', 'models.read', 'deployments.read', 'gateway.read', 'quality.read', 'data.read', 'training.read', 'monitoring.read', 'jobs.read'];

/** The permissions of each role. The auditor sees the audit log and no conversation; a viewer changes nothing and reads no row of a data set. */
export const permissionsOfRole: Record<Role, readonly Permission[]> = {
  administrator: PERMISSIONS,
  operator: [...reading, 'models.manage', 'deployments.manage', 'deployments.use', 'quality.manage', 'data.rows', 'data.manage', 'training.manage', 'jobs.manage'],
  auditor: ['public', 'session', 'audit.read', 'audit.verify'],
  viewer: reading,
};

/** Whether a role holds a permission. */
export function roleMay(role: Role, permission: Permission): boolean {
  return permissionsOfRole[role].includes(permission);
}
