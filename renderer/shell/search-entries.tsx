import { IconAdjustments, IconArrowsMinimize, IconBox, IconDatabase, IconDatabaseImport, IconGauge, IconKey, IconLanguage, IconLock, IconLogout, IconMoon, IconPackageImport, IconRocket, IconSchool, IconScissors, IconShieldCheck, IconSun } from '@tabler/icons-react';
import { useMemo } from 'react';
import { roleMay } from '../../main/contract/permissions.ts';
import type { Permission } from '../../main/contract/permissions.ts';
import { useTexts } from '../i18n/i18n.ts';
import { rooms, screens } from '../screens/registry.tsx';
import { useApiKeys, useDeployments, useModels } from '../state/lists.ts';
import { navigate } from '../state/navigation.ts';
import { lockScreen, signOut, useSession } from '../state/session.ts';
import { useDatasets } from '../state/training.ts';
import { act } from './person-menu.tsx';
import { choose } from './preference-menus.tsx';
import type { SearchEntry } from './search-ranking.ts';

/** Everything the search can find for this person. */
export function useSearchEntries(): SearchEntry[] {
  const { t, language, format } = useTexts();
  const role = useSession((state) => state.session?.role);
  const models = useModels().data;
  const deployments = useDeployments().data;
  const datasets = useDatasets().data;
  const keys = useApiKeys().data;
  return useMemo(() => {
    const may = (permission: Permission): boolean => role !== undefined && roleMay(role, permission);
    const entries: SearchEntry[] = [];
    for (const { name, icon, permission } of rooms) {
      if (!may(permission) || screens[name] === undefined) continue;
      entries.push({ id: `screen/${name}`, group: 'groupScreens', label: t(`shell.screens.${name}`), icon, run: () => navigate({ screen: name }) });
    }
    const action = (id: string, permission: Permission, entry: Omit<SearchEntry, 'id' | 'group'>): void => {
      if (may(permission)) entries.push({ ...entry, id: `action/${id}`, group: 'groupActions' });
    };
    action('import', 'models.manage', { label: t('shell.actions.importModel'), icon: IconPackageImport, run: () => navigate({ screen: 'import' }) });
    action('deploy', 'deployments.manage', { label: t('shell.actions.deployModel'), icon: IconRocket, run: () => navigate({ screen: 'deploy' }) });
    action('key', 'gateway.manage', { label: t('shell.actions.createKey'), icon: IconKey, run: () => navigate({ screen: 'create-key' }) });
    action('measure', 'quality.manage', { label: t('quality.benchmarks.measure'), icon: IconGauge, run: () => navigate({ screen: 'measure' }) });
    action('tune', 'quality.manage', { label: t('quality.tune.title'), icon: IconAdjustments, run: () => navigate({ screen: 'tune' }) });
    action('quantize', 'quality.manage', { label: t('shrinking.quantize.title'), icon: IconArrowsMinimize, run: () => navigate({ screen: 'quantize' }) });
    action('prune', 'quality.manage', { label: t('shrinking.prune.title'), icon: IconScissors, run: () => navigate({ screen: 'prune' }) });
    action('train', 'training.manage', { label: t('training.verb'), icon: IconSchool, run: () => navigate({ screen: 'train' }) });
    action('importData', 'data.manage', { label: t('data.import'), icon: IconDatabaseImport, run: () => navigate({ screen: 'import-data' }) });
    action('verify', 'audit.verify', { label: t('shell.actions.verifyAudit'), icon: IconShieldCheck, run: () => navigate({ screen: 'audit' }) });
    action('light', 'session', { label: t('shell.actions.themeLight'), icon: IconSun, run: () => choose({ theme: 'light' }) });
    action('dark', 'session', { label: t('shell.actions.themeDark'), icon: IconMoon, run: () => choose({ theme: 'dark' }) });
    action('language', 'session', {
      label: t('shell.actions.switchLanguage'),
      icon: IconLanguage,
      run: () => choose({ language: language === 'en' ? 'zh-CN' : 'en' }),
    });
    action('lock', 'session', { label: t('shell.actions.lock'), icon: IconLock, run: () => act(lockScreen) });
    action('signOut', 'session', { label: t('shell.actions.signOut'), icon: IconLogout, run: () => act(signOut) });
    for (const model of models ?? []) {
      entries.push({
        id: `model/${model.id}`,
        group: 'groupModels',
        label: model.name,
        note: model.quantization,
        icon: IconBox,
        run: () => navigate({ screen: 'model', modelId: model.id }),
      });
    }
    for (const deployment of deployments ?? []) {
      entries.push({
        id: `deployment/${deployment.id}`,
        group: 'groupDeployments',
        label: deployment.name,
        note: t(`engine.states.${deployment.state}`),
        icon: IconRocket,
        run: () => navigate({ screen: 'deployment', deploymentId: deployment.id }),
      });
    }
    for (const dataset of datasets ?? []) {
      entries.push({
        id: `dataset/${dataset.id}`,
        group: 'groupDatasets',
        label: dataset.name,
        note: t('data.rows.total', { count: dataset.rowCount, total: format.number(dataset.rowCount) }),
        icon: IconDatabase,
        run: () => navigate({ screen: 'dataset', datasetId: dataset.id }),
      });
    }
    for (const { id, name, department, state } of keys ?? []) {
      entries.push({ id: `key/${id}`, group: 'groupKeys', label: name, note: department || t(`apiKeys.states.${state}`), icon: IconKey, run: () => navigate({ screen: 'api-key', keyId: id }) });
    }
    return entries;
  }, [t, language, format, role, models, deployments, datasets, keys]);
}
