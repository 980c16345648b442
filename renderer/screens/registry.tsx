import {
  IconActivity,
  IconBox,
  IconChartBar,
  IconDatabase,
  IconGauge,
  IconHome,
  IconListDetails,
  IconMessage,
  IconPlugConnected,
  IconRocket,
  IconSettings,
  IconShieldCheck,
} from '@tabler/icons-react';
import type { ComponentType } from 'react';
import type { Permission } from '../../main/contract/permissions.ts';
import type { RouteOf, ScreenName } from '../state/routes.ts';

/** A room of the rail: its icon, who sees it, and which screens light it up. */
export interface Room {
  name: 'home' | 'models' | 'deployments' | 'playground' | 'gateway' | 'monitoring' | 'usage' | 'jobs' | 'data' | 'quality' | 'audit' | 'settings';
  icon: typeof IconHome;
  permission: Permission;
  screens: readonly ScreenName[];
}

/** The rail, always in this order. */
export const rooms: readonly Room[] = [
  { name: 'home', icon: IconHome, permission: 'session', screens: ['home'] },
  { name: 'models', icon: IconBox, permission: 'models.read', screens: ['models', 'model', 'import', 'adapters', 'import-adapter'] },
  { name: 'deployments', icon: IconRocket, permission: 'deployments.read', screens: ['deployments', 'deployment', 'deploy', 'switch-version', 'compare-adapters'] },
  { name: 'playground', icon: IconMessage, permission: 'deployments.use', screens: ['playground'] },
  { name: 'gateway', icon: IconPlugConnected, permission: 'gateway.read', screens: ['gateway', 'create-key', 'api-key', 'open-network'] },
  { name: 'monitoring', icon: IconActivity, permission: 'monitoring.read', screens: ['monitoring'] },
  { name: 'usage', icon: IconChartBar, permission: 'gateway.read', screens: ['usage'] },
  { name: 'jobs', icon: IconListDetails, permission: 'jobs.read', screens: ['jobs'] },
  { name: 'data', icon: IconDatabase, permission: 'data.read', screens: ['data', 'dataset', 'import-data', 'train', 'training-run'] },
  {
    name: 'quality',
    icon: IconGauge,
    permission: 'quality.read',
    screens: ['quality', 'benchmark', 'comparison', 'measure', 'tune', 'quantize', 'prune'],
  },
  { name: 'audit', icon: IconShieldCheck, permission: 'audit.read', screens: ['audit'] },
  { name: 'settings', icon: IconSettings, permission: 'session', screens: ['settings'] },
];

type Screen<Name extends ScreenName> = ComponentType<{ route: RouteOf<Name> }>;
/** A screen's code is fetched once; `component` is there from then on, so that opening it again needs no waiting at all. */
interface ScreenEntry<Name extends ScreenName> {
  permission: Permission;
  component: Screen<Name> | null;
  load: () => Promise<void>;
}

function screen<Name extends ScreenName>(permission: Permission, load: () => Promise<{ default: Screen<Name> }>): ScreenEntry<Name> {
  const entry: ScreenEntry<Name> = {
    permission,
    component: null,
    load: async () => {
      entry.component ??= (await load()).default;
    },
  };
  return entry;
}

/** Every screen that has an address, loaded when it is first opened. A screen is a default export taking its route. */
export const screens: { [Name in Exclude<ScreenName, 'unknown'>]?: ScreenEntry<Name> } = {
  home: screen('session', () => import('./home/home-screen.tsx')),
  models: screen('models.read', () => import('./models/models-screen.tsx')),
  model: screen('models.read', () => import('./models/model-screen.tsx')),
  import: screen('models.manage', () => import('./import/import-screen.tsx')),
  adapters: screen('models.read', () => import('./adapters/adapters-screen.tsx')),
  'import-adapter': screen('models.manage', () => import('./adapters/import-adapter-screen.tsx')),
  'compare-adapters': screen('deployments.use', () => import('./adapters/compare-adapters-screen.tsx')),
  deployments: screen('deployments.read', () => import('./deployments/deployments-screen.tsx')),
  deployment: screen('deployments.read', () => import('./deployments/deployment-screen.tsx')),
  deploy: screen('deployments.manage', () => import('./deployments/deploy/deploy-screen.tsx')),
  'switch-version': screen('deployments.manage', () => import('./deployments/versions/switch-screen.tsx')),
  playground: screen('deployments.use', () => import('./playground/playground-screen.tsx')),
  gateway: screen('gateway.read', () => import('./gateway/gateway-screen.tsx')),
  'create-key': screen('gateway.manage', () => import('./gateway/create-key-screen.tsx')),
  'api-key': screen('gateway.read', () => import('./gateway/api-key-screen.tsx')),
  'open-network': screen('gateway.manage', () => import('./gateway/network/open-network-screen.tsx')),
  monitoring: screen('monitoring.read', () => import('./monitoring/monitoring-screen.tsx')),
  usage: screen('gateway.read', () => import('./usage/usage-screen.tsx')),
  jobs: screen('jobs.read', () => import('./jobs/jobs-screen.tsx')),
  quality: screen('quality.read', () => import('./quality/quality-screen.tsx')),
  benchmark: screen('quality.read', () => import('./quality/benchmark-screen.tsx')),
  comparison: screen('quality.read', () => import('./shrinking/comparison-screen.tsx')),
  quantize: screen('quality.manage', () => import('./shrinking/quantize-screen.tsx')),
  prune: screen('quality.manage', () => import('./shrinking/prune-screen.tsx')),
  measure: screen('quality.manage', () => import('./quality/measure/measure-screen.tsx')),
  tune: screen('quality.manage', () => import('./quality/tune/tune-screen.tsx')),
  train: screen('training.manage', () => import('./training/train-screen.tsx')),
  'training-run': screen('training.read', () => import('./training/run-screen.tsx')),
  data: screen('data.read', () => import('./data/data-screen.tsx')),
  dataset: screen('data.read', () => import('./data/dataset-screen.tsx')),
  'import-data': screen('data.manage', () => import('./data/import-data-screen.tsx')),
  audit: screen('audit.read', () => import('./audit/audit-screen.tsx')),
  settings: screen('session', () => import('./settings/settings-screen.tsx')),
};

/** Loads the screens in quiet moments, so that opening one never waits. */
export function preloadScreens(): void {
  const waiting = Object.values(screens);
  const next = (): void => {
    const entry = waiting.shift();
    if (entry === undefined) return;
    // A screen that cannot be loaded now is loaded again when it is opened, and fails there where it can be shown.
    void entry.load().catch(() => undefined).then(() => requestIdleCallback(next));
  };
  requestIdleCallback(next);
}
