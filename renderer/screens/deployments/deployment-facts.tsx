import { DEFAULT_QUEUE_TIMEOUT_MS } from '../../../main/contract/deployments.contract.ts';
import type { DeploymentView } from '../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useLiveSamples } from '../../state/live-samples.ts';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { toneOfState } from '../../ui/deployment-state.ts';
import classes from './deployments.module.css';

/** How the engine runs now; figures that move come with the live samples. */
export function DeploymentProcess({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const live = useLiveSamples().samples.at(-1)?.deployments.find(({ id }) => id === deployment.id);
  const now = { ...deployment, ...(live === undefined ? {} : withoutState(live)) };
  const items: KeyValue[] = [
    {
      key: 'state',
      label: t('deployments.detail.state'),
      value: <StatusBadge tone={toneOfState[deployment.state]} label={t(`engine.states.${deployment.state}`)} />,
    },
    {
      key: 'model',
      label: t('deployments.detail.model'),
      value: (
        <RouteLink to={{ screen: 'model', modelId: deployment.modelId }}>
          {`${t('deployments.modelVersion', { model: deployment.modelName, version: deployment.versionNumber })} (${deployment.quantization})`}
        </RouteLink>
      ),
    },
    { key: 'ready', label: t('deployments.detail.readySince'), value: format.dateTime(deployment.readyAtMs) },
    { key: 'load', label: t('deployments.detail.loadTime'), value: format.duration(deployment.loadMs) },
    {
      key: 'memory',
      label: t('deployments.detail.memory'),
      value:
        now.rssBytes === null
          ? format.bytes(null)
          : t('deployments.detail.memoryOfLimit', { memory: format.bytes(now.rssBytes), limit: format.bytes(deployment.limits.memoryLimitBytes) }),
    },
    {
      key: 'requests',
      label: t('deployments.detail.requests'),
      value: t('deployments.detail.requestsValue', {
        active: format.number(now.activeRequests),
        queued: format.number(now.queuedRequests),
        count: now.requestCount,
      }),
    },
    { key: 'errors', label: t('deployments.detail.errors'), value: format.number(now.errorCount) },
    {
      key: 'restarts',
      label: t('deployments.detail.restarts'),
      value: format.number(deployment.restarts),
      explain: t('deployments.detail.restartsExplain'),
    },
    {
      key: 'process',
      label: t('deployments.detail.processId'),
      value: deployment.processId === null ? format.number(null) : String(deployment.processId),
      explain: t('deployments.detail.processIdExplain'),
    },
    { key: 'created', label: t('deployments.detail.created'), value: format.dateTime(deployment.createdAtMs) },
  ];
  return (
    <Panel title={t('deployments.detail.process')}>
      <KeyValueList items={items} />
    </Panel>
  );
}

/** The samples' state may be a second old; the query's is told by events. */
function withoutState({ activeRequests, queuedRequests, requestCount, errorCount, rssBytes }: DeploymentFigures): DeploymentFigures {
  return { activeRequests, queuedRequests, requestCount, errorCount, rssBytes };
}
type DeploymentFigures = Pick<DeploymentView, 'activeRequests' | 'queuedRequests' | 'requestCount' | 'errorCount' | 'rssBytes'>;

/** How the model is loaded. */
export function DeploymentSettingsPanel({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const { settings, purpose } = deployment;
  const writes = purpose === 'text-generation';
  const items: KeyValue[] = [
    { key: 'backend', label: t('deployments.settings.backend'), value: t(`engine.backends.${settings.backend}`), explain: t('deployments.settings.backendExplain') },
    ...(settings.backend === 'cpu'
      ? []
      : [{ key: 'layers', label: t('deployments.settings.gpuLayers'), value: format.number(settings.gpuLayers), explain: t('deployments.settings.gpuLayersExplain') }]),
    {
      key: 'context',
      label: t(writes ? 'deployments.settings.context' : 'textVectors.settings.longest'),
      value: t('deployments.settings.contextValue', { tokens: format.number(settings.contextSize) }),
      explain: t(writes ? 'deployments.settings.contextExplain' : 'textVectors.settings.longestExplain'),
    },
    ...(writes ? [{ key: 'parallel', label: t('deployments.settings.parallel'), value: format.number(settings.parallelSequences), explain: t('deployments.settings.parallelExplain') }] : []),
    { key: 'threads', label: t('deployments.settings.threads'), value: format.number(settings.threads), explain: t('deployments.settings.threadsExplain') },
  ];
  return (
    <Panel title={t('deployments.detail.settings')}>
      <KeyValueList items={items} />
    </Panel>
  );
}

/** What it may take, and why none of this can be changed in place. */
export function DeploymentLimitsPanel({ deployment }: { deployment: DeploymentView }) {
  const { t, format } = useTexts();
  const { limits } = deployment;
  const items: KeyValue[] = [
    ...(deployment.purpose === 'text-generation'
      ? [
          {
            key: 'output',
            label: t('deployments.limits.maxOutput'),
            value: t('deployments.settings.contextValue', { tokens: format.number(limits.maxOutputTokens) }),
            explain: t('deployments.limits.maxOutputExplain'),
          },
        ]
      : []),
    { key: 'queue', label: t('deployments.limits.queue'), value: format.number(limits.queueLimit), explain: t('deployments.limits.queueExplain') },
    { key: 'wait', label: t('deploymentVersions.queueTimeout'), value: format.duration(limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS), explain: t('deploymentVersions.queueTimeoutExplain') },
    { key: 'memory', label: t('deployments.limits.memory'), value: format.bytes(limits.memoryLimitBytes), explain: t('deployments.limits.memoryExplain') },
  ];
  return (
    <Panel title={t('deployments.detail.limits')}>
      <KeyValueList items={items} />
      <p className={classes['noteBelow']}>{t('deployments.detail.settingsFixed')}</p>
    </Panel>
  );
}
