import { isContractProcedure } from '@orpc/contract';
import { describe, expect, it } from 'vitest';
import { AUDIT_TYPES } from './audit-types.ts';
import { contract } from './contract.ts';
import { PERMISSIONS } from './permissions.ts';
import type { ProcedureMeta } from './procedure.ts';

interface Found {
  name: string;
  meta: Partial<ProcedureMeta>;
  hasInput: boolean;
  hasOutput: boolean;
}

function walk(node: unknown, path: string[] = []): Found[] {
  if (isContractProcedure(node)) {
    const { meta, inputSchema, outputSchema } = node['~orpc'];
    return [{ name: path.join('.'), meta: meta as Partial<ProcedureMeta>, hasInput: inputSchema !== undefined, hasOutput: outputSchema !== undefined }];
  }
  return Object.entries(node as Record<string, unknown>).flatMap(([key, child]) => walk(child, [...path, key]));
}

const procedures = walk(contract);
const verbsThatOnlyRead = /\.(list|get|status|types|plan|matrices|layerReports|proposePruning|evaluations?|policy|tunings?|previewBaseline|browse|chooseFile|inspect|fit|predict|versions|switchChoices|planSwitch|memory|live|subscribe|bundled|options|rows|diff|curve|hardware|doctor|touch|retryOpen|endTrial|interfaces|serviceFiles|discardUpload|state|summary|requests|days)$/;

describe('the contract', () => {
  it('has procedures at all', () => {
    expect(procedures.length).toBeGreaterThan(40);
  });

  it.each(procedures.map((procedure) => [procedure.name, procedure] as const))('%s declares permission, audit event, input and output', (name, procedure) => {
    expect(PERMISSIONS).toContain(procedure.meta.permission);
    expect([...AUDIT_TYPES, 'none']).toContain(procedure.meta.audit);
    expect(procedure.hasInput && procedure.hasOutput).toBe(true);
    // Whatever changes something leaves an event; a new procedure that does not must be named here with thought.
    if (procedure.meta.audit === 'none') expect(name).toMatch(verbsThatOnlyRead);
  });
});
