/** Every screen that has an address. What follows `#` in the URL; a screen's own filters live in the view store instead. */
export type Route =
  | { screen: 'home' }
  | { screen: 'models' }
  | { screen: 'model'; modelId: string }
  | { screen: 'import'; jobId?: string }
  | { screen: 'deployments' }
  | { screen: 'deployment'; deploymentId: string }
  | { screen: 'deploy'; versionId?: string; modelId?: string }
  | { screen: 'playground'; deploymentId?: string }
  | { screen: 'gateway' }
  | { screen: 'monitoring' }
  | { screen: 'quality'; tab?: QualityTab }
  | { screen: 'benchmark'; benchmarkId: string }
  | { screen: 'comparison'; evaluationId: string }
  | { screen: 'measure'; versionId?: string; deploymentId?: string; jobId?: string }
  | { screen: 'tune'; versionId?: string; jobId?: string }
  | { screen: 'quantize'; versionId?: string; jobId?: string }
  | { screen: 'prune'; versionId?: string; jobId?: string }
  | { screen: 'jobs'; jobId?: string }
  | { screen: 'audit'; sequence?: number }
  | { screen: 'settings' }
  | { screen: 'unknown' };

export const QUALITY_TABS = ['benchmarks', 'tunings', 'comparisons', 'matrices'] as const;
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
    case 'playground':
      return [['playground', ...(route.deploymentId === undefined ? [] : [route.deploymentId])], {}];
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
    case 'jobs':
      return [['jobs', ...(route.jobId === undefined ? [] : [route.jobId])], {}];
    case 'audit':
      return [['audit', ...(route.sequence === undefined ? [] : [String(route.sequence)])], {}];
    case 'models':
    case 'deployments':
    case 'gateway':
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
      const search = new URLSearchParams(query);
      const versionId = search.get('version');
      const modelId = search.get('model');
      return { screen: 'deploy', ...(versionId === null ? {} : { versionId }), ...(modelId === null ? {} : { modelId }) };
    }
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
      const search = new URLSearchParams(query);
      const part = (name: string, key: string): object => (search.get(name) === null ? {} : { [key]: search.get(name) ?? '' });
      return { screen: first, ...part('version', 'versionId'), ...(first === 'measure' ? part('deployment', 'deploymentId') : {}), ...part('job', 'jobId') };
    }
    case 'jobs':
      return second ? { screen: 'jobs', jobId: second } : { screen: 'jobs' };
    case 'audit': {
      if (!second) return { screen: 'audit' };
      const sequence = Number(second);
      return Number.isSafeInteger(sequence) && sequence > 0 ? { screen: 'audit', sequence } : { screen: 'unknown' };
    }
    case 'gateway':
    case 'monitoring':
    case 'settings':
      return second ? { screen: 'unknown' } : { screen: first };
    default:
      return { screen: 'unknown' };
  }
}

/** A part of an address somebody typed may not be decodable; then it is taken as it stands. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
