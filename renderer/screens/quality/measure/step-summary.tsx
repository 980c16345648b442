import { Stack, TextInput } from '@mantine/core';
import type { BenchmarkPlan } from '../../../../main/contract/benchmarks.contract.ts';
import type { DeploymentView, EngineSettings, Fit, FitReport } from '../../../../main/contract/deployments.contract.ts';
import type { AppError } from '../../../client/as-error.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { performanceLine, testName } from '../figure-cells.tsx';
import classes from '../quality.module.css';
import type { ChosenVersion } from '../version-picker.tsx';
import { spokenEstimate } from './measure-plan.ts';
import type { Preset } from './measure-plan.ts';

interface StepSummaryProps {
  subject: { kind: 'version'; version: ChosenVersion; settings: EngineSettings; fit: Fit; report: FitReport } | { kind: 'deployment'; deployment: DeploymentView };
  plan: BenchmarkPlan;
  preset: Preset;
  estimateMs: number;
  label: string;
  onLabel: (label: string) => void;
  error: AppError | null;
}

/** What will happen, with its numbers, and what was chosen. */
export function StepSummary({ subject, plan, preset, estimateMs, label, onLabel, error }: StepSummaryProps) {
  const { t, format } = useTexts();
  const time = format.duration(spokenEstimate(estimateMs));
  const settings = subject.kind === 'version' ? subject.settings : subject.deployment.settings;
  const mostStreams = Math.max(1, ...plan.streams);
  const tests = [
    ...plan.promptSizes.map((promptTokens) => testName({ test: 'prompt', promptTokens, outputTokens: 0, streams: 1 }, t, format)),
    ...plan.generationSizes.map((outputTokens) => testName({ test: 'generation', promptTokens: 0, outputTokens, streams: 1 }, t, format)),
    ...plan.streams.map((streams) => testName({ test: 'streams', promptTokens: plan.streamPromptTokens, outputTokens: plan.streamOutputTokens, streams }, t, format)),
  ];
  return (
    <Stack gap="lg">
      <section>
        <h3 className={classes['sectionTitle']}>{t('quality.measure.summary.effect')}</h3>
        <ul className={classes['effects']}>
          <li>{subject.kind === 'deployment' ? t('quality.measure.summary.asks', { name: subject.deployment.name, count: mostStreams }) : loadSentence(subject)}</li>
          <li>{t('quality.measure.summary.busy', { time })}</li>
          {subject.kind === 'version' && <li>{t('quality.measure.summary.gone')}</li>}
          <li>{t('quality.measure.summary.kept')}</li>
        </ul>
      </section>
      <TextInput
        label={`${t('quality.measure.summary.name')} (${t('common.optional')})`}
        description={t('quality.measure.summary.nameHelp')}
        maw="30rem"
        value={label}
        maxLength={120}
        autoComplete="off"
        onChange={(event) => onLabel(event.currentTarget.value)}
      />
      <section>
        <h3 className={classes['sectionTitle']}>{t('quality.measure.summary.choices')}</h3>
        <KeyValueList
          items={[
            {
              key: 'subject',
              label: t('quality.measure.summary.subject'),
              value:
                subject.kind === 'version'
                  ? `${t('deployments.modelVersion', { model: subject.version.modelName, version: subject.version.versionNumber })} (${subject.version.quantization})`
                  : subject.deployment.name,
            },
            {
              key: 'plan',
              label: t('quality.measure.summary.plan'),
              value: `${t(`quality.measure.plan.presets.${preset}.label`)}, ${t(plan.warmUp ? 'quality.detail.repeatsWarm' : 'quality.detail.repeatsCold', { count: plan.repeats })}`,
            },
            { key: 'tests', label: t('quality.measure.summary.tests'), value: tests.join(' · ') },
            {
              key: 'settings',
              label: t('quality.measure.settings.step'),
              value: [
                t('quality.measure.settings.chosen', { backend: t(`engine.backends.${settings.backend}`), threads: format.number(settings.threads) }),
                performanceLine(settings, t, format),
              ].join(t('common.listSeparator')),
            },
          ]}
        />
      </section>
      <ErrorNotice error={error} />
    </Stack>
  );

  function loadSentence({ fit, report }: Extract<StepSummaryProps['subject'], { kind: 'version' }>): string {
    const { totalRamBytes, totalVramBytes } = fit.prediction;
    if (totalVramBytes > 0) return t('quality.measure.summary.loadGpu', { vram: format.bytes(totalVramBytes), ram: format.bytes(totalRamBytes) });
    return t('quality.measure.summary.load', { ram: format.bytes(totalRamBytes), left: format.bytes(Math.max(0, report.hardware.ramAvailableBytes - totalRamBytes)) });
  }
}
