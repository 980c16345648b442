import { Stack } from '@mantine/core';
import type { SwitchChoice, SwitchPlan } from '../../../../main/contract/deployment-versions.contract.ts';
import { DEFAULT_QUEUE_TIMEOUT_MS } from '../../../../main/contract/deployments.contract.ts';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import type { AppError } from '../../../client/as-error.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { ProgressPanel } from '../../../ui/progress-panel.tsx';
import { ScrollRegion } from '../../../ui/scroll-region.tsx';
import deployClasses from '../deploy/deploy.module.css';
import type { SwitchProgress } from './use-switch-run.ts';

/** Kept in agreement with the main side (DEFAULT_TIMING of main/deployments). */
const DRAIN_MS = 15 * 60_000;
const WARM_MS = 10 * 60_000;

interface StepSwitchSummaryProps {
  deployment: DeploymentView;
  choice: SwitchChoice;
  plan: SwitchPlan;
  stopFirst: boolean;
  /** Names of adapters that are taken off. */
  detached: readonly string[];
  progress: SwitchProgress | null;
  onCancel: () => void;
  error: AppError | null;
}

/** What the switch will do, in plain words with the numbers; with a gap, how far it is. */
export function StepSwitchSummary({ deployment, choice, plan, stopFirst, detached, progress, onCancel, error }: StepSwitchSummaryProps) {
  const { t, format } = useTexts();
  const nameOf = (model: string, version: number): string => t('deployments.modelVersion', { model, version });
  const effects = [
    t('deploymentVersions.wizard.summary.from', { name: deployment.name, from: nameOf(deployment.modelName, deployment.versionNumber), to: nameOf(choice.modelName, choice.number) }),
    ...(stopFirst ? withGap() : withoutGap()),
    ...(deployment.purpose === 'embedding' ? [t('textVectors.switch.embedding')] : []),
    ...(detached.length > 0 ? [t('deploymentVersions.wizard.summary.detached', { names: detached.join(t('common.listSeparator')) })] : []),
  ];
  return (
    <Stack gap="lg">
      <section>
        <h3 className={deployClasses['sectionTitle']}>{t('deploymentVersions.wizard.summary.effect')}</h3>
        <ul className={deployClasses['effects']}>
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      </section>
      {progress !== null && <Progress progress={progress} onCancel={onCancel} />}
      <ErrorNotice error={error} />
    </Stack>
  );

  function withoutGap(): string[] {
    return [
      t('deploymentVersions.wizard.summary.atOnce'),
      t('deploymentVersions.wizard.summary.drain', { time: format.duration(DRAIN_MS) }),
      t('deploymentVersions.wizard.summary.warm', { time: format.duration(WARM_MS) }),
      t('deploymentVersions.wizard.summary.memory', { needed: format.bytes(plan.fit.prediction.totalRamBytes + plan.fit.prediction.totalVramBytes), held: format.bytes(plan.held.ramBytes + plan.held.vramBytes) }),
    ];
  }
  function withGap(): string[] {
    return [
      t('deploymentVersions.wizard.summary.stops', {
        wait: format.duration(plan.limits.queueTimeoutMs ?? DEFAULT_QUEUE_TIMEOUT_MS),
        held: format.bytes(plan.held.ramBytes + plan.held.vramBytes),
        needed: format.bytes(plan.fit.prediction.totalRamBytes + plan.fit.prediction.totalVramBytes),
      }),
      t('deploymentVersions.wizard.summary.returns'),
    ];
  }
}

const PHASES = ['stopping', 'loading', 'asking'] as const;

function Progress({ progress, onCancel }: { progress: SwitchProgress; onCancel: () => void }) {
  const { t, format } = useTexts();
  const at = PHASES.indexOf(progress.phase);
  const labels = { stopping: t('deploymentVersions.wizard.summary.stopped'), loading: t('deploymentVersions.wizard.summary.loading'), asking: t('deploymentVersions.wizard.summary.asking') };
  return (
    <>
      <ProgressPanel
        label={t('deploymentVersions.wizard.summary.running')}
        phases={PHASES.map((phase, index) => ({ id: phase, label: labels[phase], state: index < at ? 'done' : index === at ? 'running' : 'waiting' }))}
        fraction={progress.phase === 'loading' ? progress.fraction : null}
        facts={progress.phase === 'loading' ? [format.percent(progress.fraction)] : []}
        onCancel={onCancel}
      />
      {progress.text !== '' && (
        <ScrollRegion label={t('deployments.wizard.trial.answer')} className={deployClasses['answer']}>
          {progress.text}
        </ScrollRegion>
      )}
    </>
  );
}
