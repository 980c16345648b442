import type { EngineSettings } from '../contract/deployments.contract.ts';

/** Settings as the audit log keeps them: what was left to the engine is null. */
export function auditableSettings({ performance, ...settings }: EngineSettings) {
  return { ...settings, performance: performance ?? null };
}
