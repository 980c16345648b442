import { Checkbox, Select, Stack } from '@mantine/core';
import type { SwitchPlan } from '../../../../main/contract/deployment-versions.contract.ts';
import type { Backend, HardwareView } from '../../../../main/contract/system.contract.ts';
import { DEFAULT_QUEUE_TIMEOUT_MS } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { EngineFields } from '../deploy/engine-fields.tsx';
import { SharedBar } from './shared-bar.tsx';
import type { SwitchWizard } from './use-switch-wizard.ts';
import classes from './versions.module.css';

interface StepSettingsProps {
  wizard: SwitchWizard;
  plan: SwitchPlan;
  hardware: HardwareView;
  purpose: ServedPurpose;
}

/** How the new version is loaded, and the memory both take while they are loaded at once. */
export function StepSettings({ wizard, plan, hardware, purpose }: StepSettingsProps) {
  const { t, format } = useTexts();
  const { draft, change, misfits, planCurrent } = wizard;
  const settings = draft.settings ?? plan.settings;
  const backends = hardware.backends.filter(({ available, backend }) => available || backend === settings.backend);
  const fitting = plan.adapters.filter(({ fits }) => fits).map(({ name }) => name);
  const separator = t('common.listSeparator');
  const onBackend = (backend: Backend): void => {
    const { performance: _, ...untuned } = settings;
    change({ settings: { ...untuned, backend, gpuLayers: backend === 'cpu' ? 0 : plan.fit.maxGpuLayers } });
  };
  return (
    <Stack gap="lg">
      {backends.length > 1 && (
        <Select
          label={t('deployments.settings.backend')}
          allowDeselect={false}
          maw="20rem"
          value={settings.backend}
          data={backends.map(({ backend }) => ({ value: backend, label: t(`engine.backends.${backend}`) }))}
          onChange={(backend) => backend !== null && onBackend(backend as Backend)}
        />
      )}
      <EngineFields settings={settings} fit={plan.fit} hardware={hardware} purpose={purpose} onSettings={(next) => change({ settings: next })} />
      <section aria-label={t('deploymentVersions.wizard.settings.overlap')}>
        {plan.fit.prediction.totalVramBytes > 0 && <OverlapBar plan={plan} place="vram" />}
        <OverlapBar plan={plan} place="ram" />
        <p className={classes['remark']}>{t('deploymentVersions.wizard.settings.afterwards')}</p>
      </section>
      {planCurrent && <ErrorNotice error={plan.problem} />}
      {planCurrent && plan.problem !== null && plan.fitsAfterStopping && (
        <Checkbox
          label={t('deploymentVersions.wizard.settings.stopFirst')}
          description={t('deploymentVersions.wizard.settings.stopFirstHelp', { wait: format.duration(plan.limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS) })}
          checked={draft.stopFirst}
          onChange={(event) => change({ stopFirst: event.currentTarget.checked })}
        />
      )}
      {misfits.length > 0 && (
        <Notice tone="look" title={t('deploymentVersions.wizard.settings.misfit', { names: misfits.join(separator) })}>
          <Checkbox mt="xs" label={t('deploymentVersions.wizard.settings.detach')} checked={draft.detachAdapters} onChange={(event) => change({ detachAdapters: event.currentTarget.checked })} />
        </Notice>
      )}
      {fitting.length > 0 && <p className={classes['remark']}>{t('deploymentVersions.wizard.settings.keeps', { names: fitting.join(separator) })}</p>}
    </Stack>
  );
}

function OverlapBar({ plan, place }: { plan: SwitchPlan; place: 'ram' | 'vram' }) {
  const { t, format } = useTexts();
  const { prediction } = plan.fit;
  const needed = place === 'ram' ? prediction.totalRamBytes : prediction.totalVramBytes;
  const held = place === 'ram' ? plan.held.ramBytes : plan.held.vramBytes;
  const free = place === 'ram' ? plan.free.ramBytes : plan.free.vramBytes;
  const over = needed > free;
  return (
    <SharedBar
      label={`${t('deploymentVersions.wizard.settings.overlap')}: ${t(`deploymentVersions.memory.${place}`)}`}
      sentence={t(over ? 'deploymentVersions.wizard.settings.overlapOver' : 'deploymentVersions.wizard.settings.overlapNeeds', { needed: format.bytes(needed), free: format.bytes(free) })}
      over={over}
      totalBytes={held + free}
      parts={[
        ...(held > 0 ? [{ key: 'held', label: t('deploymentVersions.wizard.settings.parts.held'), bytes: held }] : []),
        { key: 'needed', label: t('deploymentVersions.wizard.settings.parts.needed'), bytes: needed },
      ]}
    />
  );
}
