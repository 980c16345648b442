import { expect, it } from 'vitest';
import { addressOf, routeOf } from './routes.ts';
import type { Route } from './routes.ts';

const routes: Route[] = [
  { screen: 'home' },
  { screen: 'models' },
  { screen: 'model', modelId: 'mdl/ä 1' },
  { screen: 'import' },
  { screen: 'import', jobId: 'job_1' },
  { screen: 'deployments' },
  { screen: 'deployment', deploymentId: 'dep_1' },
  { screen: 'deploy' },
  { screen: 'deploy', versionId: 'ver 1&2' },
  { screen: 'playground', deploymentId: 'dep_1' },
  { screen: 'gateway' },
  { screen: 'create-key' },
  { screen: 'api-key', keyId: 'key_1' },
  { screen: 'open-network' },
  { screen: 'monitoring' },
  { screen: 'data' },
  { screen: 'data', tab: 'runs' },
  { screen: 'dataset', datasetId: 'dts_1' },
  { screen: 'import-data', datasetId: 'dts 1' },
  { screen: 'train', versionId: 'ver_1', data: 'dsv_1' },
  { screen: 'training-run', runId: 'run_1' },
  { screen: 'adapters' },
  { screen: 'import-adapter', modelId: 'mdl_1' },
  { screen: 'compare-adapters', deploymentId: 'dep_1' },
  { screen: 'jobs' },
  { screen: 'audit', sequence: 12 },
  { screen: 'settings' },
];

it.each(routes)('comes back from its address: $screen', (route) => {
  expect(routeOf(addressOf(route))).toEqual(route);
});

it.each(['#/nowhere', '#/models/a/b', '#/audit/minus', '#/audit/-1', '#/settings/x'])('does not know %s', (address) => {
  expect(routeOf(address)).toEqual({ screen: 'unknown' });
});

it('takes an address that cannot be decoded as it stands', () => {
  expect(routeOf('#/models/%zz')).toEqual({ screen: 'model', modelId: '%zz' });
});
