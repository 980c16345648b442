import { Stack } from '@mantine/core';
import type { Fit, FitReport, Lifecycle } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import type { AppError } from '../../../client/as-error.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useQuery } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { LifecycleFields } from '../versions/lifecycle-fields.tsx';
import type { ChosenVersion } from './deploy-draft.ts';
import classes from './deploy.module.css';
import type { DeployRequest } from './use-deploy-wizard.ts';
import { trialSpeed } from './use-trial.ts';
import type { TrialResult } from './use-trial.ts';

interface StepSummaryProps {
  version: ChosenVersion;
  request: DeployRequest;
  report: FitReport;
  fit: Fit;
  /** The trial that belongs to this request; null where none does. */
  trial: TrialResult | null;
  lifecycle: Lifecycle;
  onLifecycle: (lifecycle: Lifecycle) => void;
  error: AppError | null;
}

/** What will happen, in plain words with the numbers, and what was chosen. */
export function StepSummary({ version, request, report, fit, trial, lifecycle, onLifecycle, error }: StepSummaryProps) {
  const { t, format } = useTexts();
  const mayRead = useMay('gateway.read');
  const gateway = useQuery('gateway/status', (signal) => client.gateway.status({}, { signal }), { topics: ['gateway'], enabled: mayRead });
  const { settings, limits, name } = request;
  const writes = version.purpose === 'text-generation';
  return (
    <Stack gap="lg">
      <section aria-label={t('deploymentVersions.lifecycle.question')}>
        <h3 className={classes['sectionTitle']}>{t('deploymentVersions.lifecycle.question')}</h3>
        <LifecycleFields lifecycle={lifecycle} onLifecycle={onLifecycle} />
      </section>
      <section>
        <h3 className={classes['sectionTitle']}>{t('deployments.wizard.summary.effect')}</h3>
        <ul className={classes['effects']}>
          <li>{loadSentence()}</li>
          <li>
            {gateway.data?.running === true
              ? t('deployments.wizard.summary.reach', { name, baseUrl: gateway.data.baseUrl })
              : t('deployments.wizard.summary.reachLater', { name })}
          </li>
          <li>{serveSentence()}</li>
          <li>{cutSentence()}</li>
          <li>
            {lifecycle.kind === 'pinned'
              ? t('deployments.wizard.summary.restart')
              : t('deploymentVersions.lifecycle.effectOnDemand', { minutes: format.number(lifecycle.idleMinutes) })}
          </li>
        </ul>
      </section>
      <section>
        <h3 className={classes['sectionTitle']}>{t('deployments.wizard.summary.choices')}</h3>
        <KeyValueList
          columns={2}
          items={[
            {
              key: 'model',
              label: t('deployments.wizard.summary.model'),
              value: `${t('deployments.modelVersion', { model: version.modelName, version: version.versionNumber })} (${version.quantization})`,
            },
            { key: 'name', label: t('deployments.wizard.summary.name'), value: name },
            { key: 'backend', label: t('deployments.settings.backend'), value: t(`engine.backends.${settings.backend}`) },
            ...(settings.backend === 'cpu'
              ? []
              : [
                  {
                    key: 'layers',
                    label: t('deployments.settings.gpuLayers'),
                    value: t('deployments.settings.gpuLayersValue', { layers: format.number(settings.gpuLayers), most: format.number(fit.maxGpuLayers) }),
                  },
                ]),
            {
              key: 'context',
              label: t(writes ? 'deployments.settings.context' : 'textVectors.settings.longest'),
              value: t('deployments.settings.contextValue', { tokens: format.number(settings.contextSize) }),
            },
            { key: 'threads', label: t('deployments.settings.threads'), value: format.number(settings.threads) },
            {
              key: 'trial',
              label: t('deployments.wizard.summary.trial'),
              value:
                trial === null
                  ? t('deployments.wizard.summary.trialNone')
                  : t('deployments.wizard.summary.trialValue', { speed: format.rate(trialSpeed(trial), 'tokens') }),
            },
          ]}
        />
      </section>
      <ErrorNotice error={error} />
    </Stack>
  );

  function serveSentence(): string {
    const queue = format.number(limits.queueLimit);
    return writes ? t('deployments.wizard.summary.serve', { parallel: format.number(settings.parallelSequences), queue }) : t('textVectors.summary.serve', { queue });
  }
  function cutSentence(): string {
    const memory = format.bytes(limits.memoryLimitBytes);
    return writes
      ? t('deployments.wizard.summary.cut', { tokens: format.number(limits.maxOutputTokens), memory })
      : t('textVectors.summary.cut', { tokens: format.number(settings.contextSize), memory });
  }
  function loadSentence(): string {
    if (trial?.trialId != null) return t('deployments.wizard.summary.loadedAlready', { ram: format.bytes(trial.rssBytes) });
    const { totalRamBytes, totalVramBytes } = fit.prediction;
    const ram = format.bytes(totalRamBytes);
    const left = format.bytes(Math.max(0, report.hardware.ramAvailableBytes - totalRamBytes));
    if (totalVramBytes === 0) return t('deployments.wizard.summary.load', { ram, left });
    const devices = report.hardware.backends.find(({ backend }) => backend === settings.backend)?.devices ?? [];
    const freeBytes = devices.reduce((sum, device) => sum + device.freeBytes, 0);
    return t('deployments.wizard.summary.loadGpu', {
      vram: format.bytes(totalVramBytes),
      vramLeft: format.bytes(Math.max(0, freeBytes - totalVramBytes)),
      ram,
      left,
    });
  }
}
