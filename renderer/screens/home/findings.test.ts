import { expect, it } from 'vitest';
import type { ApiKey } from '../../../main/contract/api-keys.contract.ts';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import type { JobView } from '../../../main/contract/jobs.contract.ts';
import { findingsOf } from './findings.ts';
import type { HouseState } from './findings.ts';

const house = (part: Partial<HouseState>): HouseState => ({ deployments: [], checks: [], gateway: undefined, jobs: [], keys: [], warnings: [], changedUsageDays: 0, nowMs: 0, ...part });
const deployment = (part: Partial<DeploymentView>) => ({ state: 'ready', problem: null, ...part }) as DeploymentView;
const job = (part: Partial<JobView>) => ({ kind: 'models.import', title: 'q.gguf', createdAtMs: 1, state: 'interrupted', ...part }) as JobView;

it('finds nothing in a house that is in order', () => {
  expect(findingsOf(house({ deployments: [deployment({})], checks: [{ check: 'memory', state: 'fine', data: {} }] }))).toEqual([]);
});

it('puts red before amber', () => {
  const problem = { code: 'ENGINE_FAILED' as const, data: {} };
  const found = findingsOf(
    house({
      deployments: [deployment({ id: 'a', problem }), deployment({ id: 'b', state: 'failed', problem })],
      checks: [
        { check: 'memory', state: 'look', data: {} },
        { check: 'disk-space', state: 'act', data: {} },
      ],
      jobs: [job({})],
    }),
  );
  expect(found.map(({ kind, tone }) => `${tone} ${kind}`)).toEqual([
    'act deployment-failed',
    'act check',
    'look deployment-restarted',
    'look check',
    'look job-interrupted',
  ]);
});

it('tells of keys that end within a week, and of no other', () => {
  const day = 86_400_000;
  const key = (id: string, part: Partial<ApiKey>) => ({ id, state: 'valid', expiresAtMs: null, ...part }) as ApiKey;
  const keys = [key('never', {}), key('far', { expiresAtMs: 8 * day }), key('near', { expiresAtMs: 6 * day }), key('gone', { expiresAtMs: day, state: 'revoked' })];
  expect(findingsOf(house({ keys })).map((finding) => (finding.kind === 'key-ending' ? finding.apiKey.id : finding.kind))).toEqual(['near']);
});

it('tells of usage that was changed, and of what the network wants', () => {
  const found = findingsOf(house({ changedUsageDays: 2, warnings: [{ kind: 'root-ends', notAfterMs: 5 }, { kind: 'address-missing', address: '10.0.0.7' }] }));
  expect(found).toEqual([
    { kind: 'usage-changed', tone: 'act', days: 2 },
    { kind: 'network', tone: 'look', warning: { kind: 'root-ends', notAfterMs: 5 } },
    { kind: 'network', tone: 'look', warning: { kind: 'address-missing', address: '10.0.0.7' } },
  ]);
});

it('is not troubled by a way to compute this machine does not have', () => {
  expect(findingsOf(house({ checks: [{ check: 'backend', state: 'look', data: { backend: 'cuda' } }] }))).toEqual([]);
});

it('forgets an interrupted import once a later one of the same file ended', () => {
  expect(findingsOf(house({ jobs: [job({}), job({ createdAtMs: 2, state: 'succeeded' })] }))).toEqual([]);
  expect(findingsOf(house({ jobs: [job({ createdAtMs: 3 }), job({ createdAtMs: 2, state: 'succeeded' })] }))).toHaveLength(1);
});
