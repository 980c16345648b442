import { Group, Loader } from '@mantine/core';
import type { ReactNode } from 'react';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { goBack, navigate } from '../../../state/navigation.ts';
import type { RouteOf } from '../../../state/routes.ts';
import { forgetViewState, useViewState } from '../../../state/view-state.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Page } from '../../../ui/page.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { wizardStart } from '../../../ui/wizard-state.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { measureCommand, MEASURE_STATE } from './measure-draft.ts';
import { StepPlan, planFault } from './step-plan.tsx';
import { StepSettings } from './step-settings.tsx';
import { StepSubject } from './step-subject.tsx';
import { StepSummary } from './step-summary.tsx';
import { stateOf, useMeasureWizard } from './use-measure-wizard.ts';

/** What → how thoroughly → with which settings → measure; then it runs as a job with its own address. */
export function MeasureWizard({ route }: { route: RouteOf<'measure'> }) {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${stateOf(route)}position`, wizardStart);
  const wizard = useMeasureWizard(route);
  const { draft, change, deployment, plan, settings, prediction, fit } = wizard;
  const { version } = draft;
  const start = useCommand((input: Parameters<typeof client.benchmarks.start>[0]) => client.benchmarks.start(input));
  const ofDeployment = draft.kind === 'deployment';
  const subjectKnown = ofDeployment ? deployment !== null : version !== null;
  const settingsReady = ofDeployment ? deployment !== null : prediction?.current === true && prediction.fit.fits;
  const finish = async (): Promise<void> => {
    const subject = ofDeployment
      ? deployment === null
        ? null
        : ({ kind: 'deployment', deploymentId: deployment.id } as const)
      : version === null || settings === null
        ? null
        : ({ kind: 'version', versionId: version.versionId, settings } as const);
    if (subject === null) return;
    const label = draft.label.trim();
    const job = await start.run({ subject, plan, label: label === '' ? null : label });
    if (job === undefined) return;
    forgetViewState(MEASURE_STATE);
    navigate({ screen: 'measure', jobId: job.jobId }, { replace: true });
  };
  const name = ofDeployment ? (deployment?.name ?? null) : version === null ? null : t('deployments.modelVersion', { model: version.modelName, version: version.versionNumber });
  const steps: WizardStep[] = [
    {
      id: 'subject',
      title: t('quality.measure.subject.step'),
      question: t('quality.measure.subject.question'),
      help: t('quality.measure.subject.help'),
      chosen: name,
      answered: subjectKnown,
      why: t('quality.measure.subject.why'),
      content: <StepSubject draft={draft} onChange={change} running={wizard.running} wantedVersionId={route.versionId} />,
    },
    {
      id: 'plan',
      title: t('quality.measure.plan.step'),
      question: t('quality.measure.plan.question'),
      help: t('quality.measure.plan.help'),
      chosen: t(`quality.measure.plan.presets.${draft.preset}.label`),
      answered: subjectKnown && planFault(draft, wizard.contextSize) === null,
      why: t('quality.measure.plan.why'),
      content: <StepPlan draft={draft} onDraft={change} contextSize={wizard.contextSize} plan={plan} estimate={wizard.estimate} />,
    },
    {
      id: 'settings',
      title: t('quality.measure.settings.step'),
      question: t('quality.measure.settings.question'),
      help: t('quality.measure.settings.help'),
      chosen: chosenSettings(),
      answered: settingsReady,
      // From here on the choice stands, even if the recommendation moves because something else is loaded meanwhile.
      onNext: () => {
        if (!ofDeployment && settings !== null && draft.settingsChoice !== 'recommended') change({ settings });
        return Promise.resolve(true);
      },
      why: t('quality.measure.settings.why'),
      content: ofDeployment ? <Notice tone="info">{t('quality.measure.settings.deployment')}</Notice> : withFit(),
    },
    {
      id: 'summary',
      title: t('quality.measure.summary.step'),
      question: t('quality.measure.summary.question'),
      help: t('quality.measure.summary.help'),
      answered: subjectKnown && settingsReady,
      content: summary(),
    },
  ];
  const command =
    ofDeployment && deployment !== null
      ? measureCommand({ deployment: deployment.name }, plan, { settings: null, label: draft.label })
      : version !== null && settings !== null
        ? measureCommand({ model: version.modelName, versionNumber: version.versionNumber }, plan, { settings, label: draft.label })
        : null;
  return (
    <Page title={t('quality.measure.title')} back={<BackLink to={{ screen: 'quality', tab: 'benchmarks' }} label={t('quality.detail.back')} />}>
      <Wizard
        title={t('quality.measure.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('quality.measure.verb')}
        finishing={start.running}
        dirty={position.furthest > 0}
        onDiscard={() => {
          goBack({ screen: 'quality', tab: 'benchmarks' });
          forgetViewState(MEASURE_STATE);
        }}
        onFinish={() => void finish()}
        {...(command === null ? {} : { command })}
      />
    </Page>
  );

  function chosenSettings(): string | null {
    const shown = ofDeployment ? deployment?.settings : settings;
    return shown == null ? null : t('quality.measure.settings.chosen', { backend: t(`engine.backends.${shown.backend}`), threads: format.number(shown.threads) });
  }

  function withFit(): ReactNode {
    return (
      <QueryState query={fit} skeleton={<Looking />}>
        {(report) =>
          prediction !== null && (
            <StepSettings
              draft={draft}
              onChange={change}
              report={report}
              settings={settings ?? report.recommended.settings}
              prediction={prediction}
              tuning={wizard.tuning}
              onLookAgain={fit.refetch}
            />
          )
        }
      </QueryState>
    );
  }

  function summary(): ReactNode {
    const shared = { plan, preset: draft.preset, estimateMs: wizard.estimate.valueMs, label: draft.label, onLabel: (label: string) => change({ label }), error: start.error };
    if (ofDeployment) return deployment !== null && <StepSummary {...shared} subject={{ kind: 'deployment', deployment }} />;
    if (version === null || settings === null || prediction === null || fit.data === undefined) return null;
    return <StepSummary {...shared} subject={{ kind: 'version', version, settings, fit: prediction.fit, report: fit.data }} />;
  }
}

export function Looking() {
  const { t } = useTexts();
  return (
    <Group gap="sm" role="status">
      <Loader size="sm" />
      {t('quality.measure.settings.looking')}
    </Group>
  );
}
