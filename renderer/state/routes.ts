/** Every screen that has an address. What follows `#` in the URL; a screen's own filters live in the view store instead. */
export type Route =
  | { screen: 'home' }
  | { screen: 'models' }
  | { screen: 'model'; modelId: string }
  | { screen: 'import'; jobId?: string }
  | { screen: 'deployments' }
  | { screen: 'deployment'; deploymentId: string }
  | { screen: 'deploy'; versionId?: string; modelId?: string }
  | { screen: 'switch-version'; deploymentId: string; versionId?: string }
  | { screen: 'playground'; deploymentId?: string }
  | { screen: 'gateway' }
  | { screen: 'create-key' }
  | { screen: 'api-key'; keyId: string }
  | { screen: 'open-network' }
  | { screen: 'monitoring' }
  | { screen: 'usage'; tab?: UsageTab }
  | { screen: 'quality'; tab?: QualityTab }
  | { screen: 'benchmark'; benchmarkId: string }
  | { screen: 'comparison'; evaluationId: string }
  | { screen: 'measure'; versionId?: string; deploymentId?: string; jobId?: string }
  | { screen: 'tune'; versionId?: string; jobId?: string }
  | { screen: 'quantize'; versionId?: string; jobId?: string }
  | { screen: 'prune'; versionId?: string; jobId?: string }
  | { screen: 'data'; tab?: DataTab }
  | { screen: 'dataset'; datasetId: string }
  | { screen: 'import-data'; datasetId?: string; jobId?: string }
  | { screen: 'train'; versionId?: string; data?: string }
  | { screen: 'training-run'; runId: string }
  | { screen: 'adapters' }
  | { screen: 'import-adapter'; modelId?: string; jobId?: string }
  | { screen: 'compare-adapters'; deploymentId: string }
  | { screen: 'jobs'; jobId?: string }
  | { screen: 'audit'; sequence?: number }
  | { screen: 'settings' }
  | { screen: 'unknown' };

export const QUALITY_TABS = ['benchmarks', 'tunings', 'comparisons', 'matrices'] as const;
export const DATA_TABS = ['datasets', 'runs'] as const;
export const USAGE_TABS = ['key', 'department', 'model', 'day', 'requests'] as const;
export type UsageTab = (typeof USAGE_TABS)[number];
export type DataTab = (typeof DATA_TABS)[number];
export type QualityTab = (typeof QUALITY_TABS)[number];

export type ScreenName = Route['screen'];
export type RouteOf<Name extends ScreenName> = Extract<Route, { screen: Name }>;

/** Address of a route, e.g. `#/models/m_1`. */
export function addressOf(route: Route): string {
  const [path, query] = partsOf(route);
  const search = new URLSearchParams(query).toString();
  return `#/${path.map(encodeURIComponent).join('/')}${search === '' ? '' : `?${search}`}`;
}

function partsOf(route: Route): [string[], Record<string, string>] {
  switch (route.screen) {
    case 'home':
      return [[], {}];
    case 'model':
      return [['models', route.modelId], {}];
    case 'import':
      return [['import', ...(route.jobId === undefined ? [] : [route.jobId])], {}];
    case 'deployment':
      return [['deployments', route.deploymentId], {}];
    case 'deploy':
      return [['deploy'], { ...(route.versionId === undefined ? {} : { version: route.versionId }), ...(route.modelId === undefined ? {} : { model: route.modelId }) }];
    case 'switch-version':
      return [['switch-version', route.deploymentId], queryOf({ version: route.versionId })];
    case 'playground':
      return [['playground', ...(route.deploymentId === undefined ? [] : [route.deploymentId])], {}];
    case 'api-key':
      return [['keys', route.keyId], {}];
    case 'quality':
      return [['quality', ...(route.tab === undefined ? [] : [route.tab])], {}];
    case 'benchmark':
      return [['benchmarks', route.benchmarkId], {}];
    case 'comparison':
      return [['comparisons', route.evaluationId], {}];
    case 'measure':
      return [['measure'], queryOf({ version: route.versionId, deployment: route.deploymentId, job: route.jobId })];
    case 'tune':
    case 'quantize':
    case 'prune':
      return [[route.screen], queryOf({ version: route.versionId, job: route.jobId })];
    case 'data':
      return [['data', ...(route.tab === undefined ? [] : [route.tab])], {}];
    case 'usage':
      return [['usage', ...(route.tab === undefined ? [] : [route.tab])], {}];
    case 'dataset':
      return [['datasets', route.datasetId], {}];
    case 'import-data':
      return [['import-data'], queryOf({ dataset: route.datasetId, job: route.jobId })];
    case 'train':
      return [['train'], queryOf({ version: route.versionId, data: route.data })];
    case 'training-run':
      return [['training', route.runId], {}];
    case 'import-adapter':
      return [['import-adapter'], queryOf({ model: route.modelId, job: route.jobId })];
    case 'compare-adapters':
      return [['compare-adapters', route.deploymentId], {}];
    case 'jobs':
      return [['jobs', ...(route.jobId === undefined ? [] : [route.jobId])], {}];
    case 'audit':
      return [['audit', ...(route.sequence === undefined ? [] : [String(route.sequence)])], {}];
    case 'models':
    case 'adapters':
    case 'deployments':
    case 'gateway':
    case 'create-key':
    case 'open-network':
    case 'monitoring':
    case 'settings':
    case 'unknown':
      return [[route.screen], {}];
  }
}

function queryOf(values: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** The route of an address; `unknown` for one that leads nowhere. */
export function routeOf(address: string): Route {
  const [path = '', query = ''] = address.replace(/^#?\/?/, '').split('?');
  const [first = '', second, third] = path.split('/').map(decode);
  if (third !== undefined) return { screen: 'unknown' };
  switch (first) {
    case '':
      return { screen: 'home' };
    case 'models':
      return second ? { screen: 'model', modelId: second } : { screen: 'models' };
    case 'import':
      return second ? { screen: 'import', jobId: second } : { screen: 'import' };
    case 'deployments':
      return second ? { screen: 'deployment', deploymentId: second } : { screen: 'deployments' };
    case 'deploy': {
      return { screen: 'deploy', ...partsOfQuery(query, { version: 'versionId', model: 'modelId' }) };
    }
    case 'switch-version':
      return second ? { screen: 'switch-version', deploymentId: second, ...partsOfQuery(query, { version: 'versionId' }) } : { screen: 'deployments' };
    case 'playground':
      return second ? { screen: 'playground', deploymentId: second } : { screen: 'playground' };
    case 'quality': {
      if (!second) return { screen: 'quality' };
      const tab = QUALITY_TABS.find((known) => known === second);
      return tab === undefined ? { screen: 'unknown' } : { screen: 'quality', tab };
    }
    case 'benchmarks':
      return second ? { screen: 'benchmark', benchmarkId: second } : { screen: 'quality', tab: 'benchmarks' };
    case 'comparisons':
      return second ? { screen: 'comparison', evaluationId: second } : { screen: 'quality', tab: 'comparisons' };
    case 'measure':
    case 'tune':
    case 'quantize':
    case 'prune': {
      return { screen: first, ...partsOfQuery(query, { version: 'versionId', ...(first === 'measure' ? { deployment: 'deploymentId' } : {}), job: 'jobId' }) };
    }
    case 'data': {
      if (!second) return { screen: 'data' };
      const tab = DATA_TABS.find((known) => known === second);
      return tab === undefined ? { screen: 'unknown' } : { screen: 'data', tab };
    }
    case 'usage': {
      if (!second) return { screen: 'usage' };
      const tab = USAGE_TABS.find((known) => known === second);
      return tab === undefined ? { screen: 'unknown' } : { screen: 'usage', tab };
    }
    case 'datasets':
      return second ? { screen: 'dataset', datasetId: second } : { screen: 'data', tab: 'datasets' };
    case 'training':
      return second ? { screen: 'training-run', runId: second } : { screen: 'data', tab: 'runs' };
    case 'import-data':
      return { screen: 'import-data', ...partsOfQuery(query, { dataset: 'datasetId', job: 'jobId' }) };
    case 'train':
      return { screen: 'train', ...partsOfQuery(query, { version: 'versionId', data: 'data' }) };
    case 'import-adapter':
      return { screen: 'import-adapter', ...partsOfQuery(query, { model: 'modelId', job: 'jobId' }) };
    case 'compare-adapters':
      return second ? { screen: 'compare-adapters', deploymentId: second } : { screen: 'deployments' };
    case 'jobs':
      return second ? { screen: 'jobs', jobId: second } : { screen: 'jobs' };
    case 'audit': {
      if (!second) return { screen: 'audit' };
      const sequence = Number(second);
      return Number.isSafeInteger(sequence) && sequence > 0 ? { screen: 'audit', sequence } : { screen: 'unknown' };
    }
    case 'keys':
      return second ? { screen: 'api-key', keyId: second } : { screen: 'gateway' };
    case 'gateway':
    case 'create-key':
    case 'open-network':
    case 'adapters':
    case 'monitoring':
    case 'settings':
      return second ? { screen: 'unknown' } : { screen: first };
    default:
      return { screen: 'unknown' };
  }
}

/** The parts of a query that are known, under the names the route has for them. */
function partsOfQuery(query: string, names: Record<string, string>): Record<string, string> {
  const search = new URLSearchParams(query);
  return Object.fromEntries(Object.entries(names).flatMap(([name, key]) => (search.get(name) === null ? [] : [[key, search.get(name) ?? '']])));
}

/** A part of an address somebody typed may not be decodable; then it is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
