import { Button, Group, Stack } from '@mantine/core';
import { IconRefresh } from '@tabler/icons-react';
import { TUNING_GOALS } from '../../../../main/contract/benchmarks.contract.ts';
import type { EngineSettings, FitReport } from '../../../../main/contract/deployments.contract.ts';
import type { ServedPurpose } from '../../../../main/contract/models.contract.ts';
import type { BackendView, HardwareView } from '../../../../main/contract/system.contract.ts';
import { client } from '../../../client/connection.ts';
import type { Formatter } from '../../../i18n/format.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { useMay } from '../../../state/session.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import type { Choice } from '../../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { RouteLink } from '../../../ui/route-link.tsx';
import { performanceLine } from '../../quality/figure-cells.tsx';
import { gainText, isGain } from '../../quality/tune/gain-text.ts';
import { offeredSettings, onBackend, sameSettings } from './deploy-draft.ts';
import { EngineFields } from './engine-fields.tsx';
import { MemoryBar } from './memory-bar.tsx';
import classes from './deploy.module.css';
import type { Prediction } from './use-prediction.ts';

interface StepHardwareProps {
  report: FitReport;
  settings: EngineSettings;
  prediction: Prediction;
  purpose: ServedPurpose;
  /** The version that can be tuned for this machine from here; left out where that is no way on. */
  tuneVersionId?: string;
  /** Null goes back to the recommendation. */
  onSettings: (settings: EngineSettings | null) => void;
  onLookAgain: () => void;
}

/** Where the model runs and how: every backend, found or missing; the prediction follows each change. */
export function StepHardware({ report, settings, prediction, purpose, tuneVersionId, onSettings, onLookAgain }: StepHardwareProps) {
  const { t } = useTexts();
  const { hardware, recommended } = report;
  const refresh = useCommand(async () => {
    await client.system.hardware({ refresh: true });
    onLookAgain();
  });
  const { fit } = prediction;
  const offer = prediction.current ? offeredSettings(fit) : null;
  const changed = !sameSettings(settings, recommended.settings);
  return (
    <Stack gap="lg">
      <div>
        <BackendChoice report={report} settings={settings} onSettings={onSettings} />
        <Group gap="xs" mt="xs">
          <Button variant="subtle" leftSection={<IconRefresh size={16} aria-hidden />} loading={refresh.running} onClick={() => void refresh.run()}>
            {t('deployments.wizard.hardware.lookAgain')}
          </Button>
        </Group>
        <ErrorNotice error={refresh.error} />
      </div>
      <CpuNotice report={report} settings={settings} />
      <section className={classes['section']} aria-label={t('deployments.wizard.hardware.adjust')}>
        <div className={classes['sectionHead']}>
          <h3 className={classes['sectionTitle']}>{t('deployments.wizard.hardware.adjust')}</h3>
          {changed && (
            <Button variant="subtle" onClick={() => onSettings(null)}>
              {t('deployments.wizard.hardware.recommendedValues')}
            </Button>
          )}
        </div>
        <EngineFields settings={settings} fit={recommended} hardware={hardware} purpose={purpose} onSettings={onSettings} />
        <TunedLine report={report} settings={settings} tuneVersionId={tuneVersionId} />
      </section>
      <MemorySection report={report} settings={settings} prediction={prediction} />
      <ErrorNotice error={prediction.error} />
      {prediction.current && (
        <ErrorNotice
          error={fit.problem}
          {...(offer === null
            ? {}
            : { actions: <Button onClick={() => onSettings(offer)}>{t('deployments.wizard.hardware.useThis')}</Button> })}
        />
      )}
    </Stack>
  );
}

function BackendChoice({ report, settings, onSettings }: Pick<StepHardwareProps, 'report' | 'settings' | 'onSettings'>) {
  const { t, format } = useTexts();
  const { hardware, recommended } = report;
  const missing = hardware.backends.filter(({ available }) => !available);
  const choices = hardware.backends.filter(({ available }) => available).map((view): Choice<EngineSettings['backend']> => {
    const name = t(`engine.backends.${view.backend}`);
    const lines = deviceLines(view, hardware, { t, format });
    return {
      value: view.backend,
      label: name,
      recommended: view.backend === recommended.settings.backend && report.why.code !== 'nothing-fits',
      help: lines.map((line) => (
        <span key={line} className={classes['device']}>
          {line}
        </span>
      )),
    };
  });
  return (
    <>
      <ChoiceCards
        label={t('deployments.wizard.hardware.backends')}
        choices={choices}
        value={settings.backend}
        onChange={(backend) => onSettings(onBackend(settings, backend, report))}
      />
      {missing.length > 0 && (
        <section className={classes['missing']} aria-label={t('deployments.wizard.hardware.missing')}>
          <h3 className={classes['missingTitle']}>{t('deployments.wizard.hardware.missing')}</h3>
          <dl>
            {missing.map((view) => (
              <div key={view.backend}>
                <dt>{t(`engine.backends.${view.backend}`)}</dt>
                <dd title={view.detail}>
                  {t(`engine.missing.${view.reason ?? 'load-failed'}.why`)} {t(`engine.missing.${view.reason ?? 'load-failed'}.remedy`)}
                </dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

interface Words {
  t: ReturnType<typeof useTexts>['t'];
  format: Formatter;
}

function deviceLines(view: BackendView, hardware: HardwareView, { t, format }: Words): string[] {
  if (view.backend === 'cpu') {
    return [
      t('deployments.wizard.hardware.cpu', {
        name: hardware.cpuName,
        cores: format.number(hardware.usableCores),
        free: format.bytes(hardware.ramAvailableBytes),
        total: format.bytes(hardware.ramTotalBytes),
      }),
    ];
  }
  const devices = view.devices.map((device) => {
    const line = t('deployments.wizard.hardware.device', { name: device.name, free: format.bytes(device.freeBytes), total: format.bytes(device.totalBytes) });
    return device.sharesRam === true ? `${line} (${t('deployments.wizard.hardware.shared')})` : line;
  });
  return view.software ? [...devices, t('deployments.wizard.hardware.software')] : devices;
}

/** What auto-tuning found and is used here; else the way to tune, where there is one. */
function TunedLine({ report, settings, tuneVersionId }: Pick<StepHardwareProps, 'report' | 'settings'> & { tuneVersionId: string | undefined }) {
  const { t, format } = useTexts();
  const mayTune = useMay('quality.manage');
  const { why } = report;
  if (why.code === 'tuned') {
    return (
      <p className={classes['remark']}>
        {t('quality.deploy.tuned', { date: format.date(Number(why.data['atMs'])), line: performanceLine(settings, t, format) })}
      </p>
    );
  }
  if (tuneVersionId === undefined || !mayTune) return null;
  return (
    <p className={classes['remark']}>
      {t('quality.deploy.tuneHint')} <RouteLink to={{ screen: 'tune', versionId: tuneVersionId }}>{t('quality.deploy.tuneFirst')}</RouteLink>
    </p>
  );
}

/** Running on the processor is said in plain words, whether it was chosen or is all there is. */
function CpuNotice({ report, settings }: Pick<StepHardwareProps, 'report' | 'settings'>) {
  const { t, format } = useTexts();
  const { why, recommended } = report;
  if (settings.backend !== 'cpu' && settings.gpuLayers > 0) {
    if (settings.gpuLayers >= recommended.maxGpuLayers) return null;
    return <Notice tone="info">{t('deployments.wizard.hardware.partly')}</Notice>;
  }
  return (
    <Notice tone="look" title={t('deployments.wizard.hardware.onCpu.title')}>
      <p>{sentence()}</p>
    </Notice>
  );
  function sentence(): string {
    if (settings.backend !== 'cpu') return t('deployments.wizard.hardware.onCpu.noLayers');
    // What was tuned says besides what would have been recommended without it.
    if ((why.data['usualCode'] ?? why.code) === 'cpu-gpu-too-small') {
      return t('deployments.wizard.hardware.onCpu.tooSmall', {
        device: String(why.data['device'] ?? ''),
        needed: format.bytes(Number(why.data['neededBytes'])),
        free: format.bytes(Number(why.data['freeBytes'])),
      });
    }
    const hasGpu = report.hardware.backends.some((view) => view.backend !== 'cpu' && view.available && !view.software);
    return t(`deployments.wizard.hardware.onCpu.${hasGpu ? 'chosen' : 'none'}`);
  }
}

function MemorySection({ report, settings, prediction }: Pick<StepHardwareProps, 'report' | 'settings' | 'prediction'>) {
  const { t } = useTexts();
  const { hardware } = report;
  const need = prediction.fit.prediction;
  const view = hardware.backends.find(({ backend }) => backend === settings.backend);
  const devices = settings.backend === 'cpu' ? [] : (view?.devices ?? []);
  return (
    <section className={classes['section']} aria-label={t('deployments.wizard.hardware.memory')}>
      <h3 className={classes['sectionTitle']}>{t('deployments.wizard.hardware.memory')}</h3>
      <Stack gap="md" mt="sm">
        {devices.length > 0 && (
          <MemoryBar
            label={t('deployments.wizard.hardware.vram')}
            pending={!prediction.current}
            freeBytes={devices.reduce((sum, device) => sum + device.freeBytes, 0)}
            parts={[
              { id: 'weights', bytes: need.weightsVramBytes },
              { id: 'kv', bytes: need.kvVramBytes },
              { id: 'compute', bytes: need.computeVramBytes },
            ]}
          />
        )}
        <MemoryBar
          label={t('deployments.wizard.hardware.ram')}
          pending={!prediction.current}
          freeBytes={hardware.ramAvailableBytes}
          parts={[
            { id: 'weights', bytes: need.weightsRamBytes },
            { id: 'kv', bytes: need.kvRamBytes },
            { id: 'compute', bytes: need.computeRamBytes },
          ]}
        />
      </Stack>
    </section>
  );
}

/** Why the recommendation is what it is, with its numbers. */
export function HardwareWhy({ report }: { report: FitReport }) {
  const { t, format } = useTexts();
  const { why, recommended } = report;
  const number = (name: string): number | null => (typeof why.data[name] === 'number' ? why.data[name] : null);
  const values = {
    device: String(why.data['device'] ?? ''),
    neededBytes: format.bytes(number('neededBytes')),
    freeBytes: format.bytes(number('freeBytes')),
    availableBytes: format.bytes(number('availableBytes')),
    gpuLayers: format.number(number('gpuLayers')),
    maxGpuLayers: format.number(number('maxGpuLayers')),
  };
  const contextSize = format.number(recommended.settings.contextSize);
  const trained = recommended.trainedContextSize;
  return (
    <>
      <p>{why.code === 'tuned' ? tunedSentence() : t(`deployments.wizard.hardware.why.${why.code}`, values)}</p>
      {why.code !== 'nothing-fits' && (
        <p>
          {trained > 0
            ? t('deployments.wizard.hardware.whyContext', { contextSize, trained: format.number(trained) })
            : t('deployments.wizard.hardware.whyContextUnknown', { contextSize })}
        </p>
      )}
    </>
  );

  function tunedSentence(): string {
    const gain = number('gain') ?? 1;
    const goal = TUNING_GOALS.find((known) => known === why.data['goal']) ?? 'balanced';
    return t(`deployments.wizard.hardware.why.${isGain(gain) ? 'tuned' : 'tunedDefault'}`, {
      date: format.date(number('atMs')),
      gain: gainText(gain, t, format),
      goal: t(`quality.goals.${goal}.label`),
    });
  }
}
