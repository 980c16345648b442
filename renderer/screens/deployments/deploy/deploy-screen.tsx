import { Loader, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import type { FitReport } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { navigate } from '../../../state/navigation.ts';
import type { RouteOf } from '../../../state/routes.ts';
import { forgetViewState, useViewState } from '../../../state/view-state.ts';
import { Page } from '../../../ui/page.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { wizardStart } from '../../../ui/wizard-state.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { deployCommand } from './deploy-command.ts';
import { limitsOf, nameFault } from './deploy-draft.ts';
import { HardwareWhy, StepHardware } from './step-hardware.tsx';
import { StepLimits } from './step-limits.tsx';
import { StepModel } from './step-model.tsx';
import { StepSummary } from './step-summary.tsx';
import { sampleKey, StepTrial } from './step-trial.tsx';
import { documentsOf } from '../vectors/documents.ts';
import { useDeployWizard, WIZARD_STATE } from './use-deploy-wizard.ts';
import type { DeployRequest } from './use-deploy-wizard.ts';
import { usePrediction } from './use-prediction.ts';
import type { Prediction } from './use-prediction.ts';
import { trialSpeed, useTrial } from './use-trial.ts';

/** Place of the trial among the steps: only past it can it have been skipped. */
const TRIAL_STEP = 3;

/** From a model to an endpoint: model, hardware, name and limits, trial, go live. */
export default function DeployScreen({ route }: { route: RouteOf<'deploy'> }) {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${WIZARD_STATE}position`, wizardStart);
  const wizard = useDeployWizard();
  const { draft, change, fit, name } = wizard;
  const { version } = draft;
  const report = fit.data;
  const prediction = usePrediction(report, version?.versionId ?? '', draft.settings);
  const settings = draft.settings ?? report?.recommended.settings;
  const limits = report === undefined || prediction === null ? undefined : limitsOf(draft, report, prediction.fit);
  const request: DeployRequest | null =
    version === null || settings === undefined || limits === undefined ? null : { name, versionId: version.versionId, settings, limits };
  const purpose = version?.purpose ?? 'text-generation';
  const documents = draft.documents ?? t('textVectors.trial.sampleDocuments');
  const trial = useTrial(request, purpose === 'reranking' ? documentsOf(documents) : null);
  const question = draft.question ?? t(sampleKey(purpose, version?.hasChatTemplate ?? true));
  const create = useCommand(async (wanted: DeployRequest, trialId: string | null) => {
    const deployment = await client.deployments.create({ ...wanted, trialId, lifecycle: draft.lifecycle });
    trial.handOver();
    navigate({ screen: 'deployment', deploymentId: deployment.id });
    forgetViewState(WIZARD_STATE);
    showToast({ message: t('deployments.wizard.done', { name: deployment.name }) });
  });
  const limitsFit = limits !== undefined && prediction !== null && limits.maxOutputTokens <= prediction.fit.settings.contextSize;

  const withReport = (content: (known: FitReport, predicted: Prediction) => ReactNode): ReactNode => (
    <QueryState query={fit} skeleton={<Looking />}>
      {(known) => prediction !== null && content(known, prediction)}
    </QueryState>
  );
  const steps: WizardStep[] = [
    {
      id: 'model',
      title: t('deployments.wizard.model.step'),
      question: t('deployments.wizard.model.question'),
      help: t('deployments.wizard.model.help'),
      chosen: version === null ? null : t('deployments.modelVersion', { model: version.modelName, version: version.versionNumber }),
      answered: version !== null,
      why: t('deployments.wizard.model.why'),
      content: <StepModel version={version} onChoose={wizard.choose} wanted={route} />,
    },
    {
      id: 'hardware',
      title: t('deployments.wizard.hardware.step'),
      question: t('deployments.wizard.hardware.question'),
      help: t('deployments.wizard.hardware.help'),
      chosen:
        settings === undefined
          ? null
          : t('deployments.wizard.hardware.chosen', { backend: t(`engine.backends.${settings.backend}`), contextSize: format.number(settings.contextSize) }),
      answered: prediction?.current === true && prediction.fit.fits,
      // From here on the choice stands, even if the recommendation moves because the trial takes memory.
      onNext: () => {
        if (settings !== undefined) change({ settings });
        return Promise.resolve(true);
      },
      ...(report === undefined ? {} : { why: <HardwareWhy report={report} /> }),
      content: withReport((known, predicted) => (
        <StepHardware
          report={known}
          settings={settings ?? known.recommended.settings}
          prediction={predicted}
          purpose={purpose}
          {...(version === null || purpose !== 'text-generation' ? {} : { tuneVersionId: version.versionId })}
          onSettings={(next) => change({ settings: next })}
          onLookAgain={fit.refetch}
        />
      )),
    },
    {
      id: 'limits',
      title: t('deployments.wizard.limits.step'),
      question: t('deployments.wizard.limits.question'),
      help: t('deployments.wizard.limits.help'),
      chosen: name === '' ? null : name,
      answered: limitsFit && nameFault(name, wizard.takenNames) === null,
      onNext: () => {
        change({ name: name.trim(), ...(limits === undefined ? {} : { limits }) });
        return Promise.resolve(true);
      },
      why: t('deployments.wizard.limits.why'),
      content: withReport(
        (_, predicted) =>
          limits !== undefined && (
            <StepLimits
              name={name}
              takenNames={wizard.takenNames}
              limits={limits}
              fit={predicted.fit}
              purpose={purpose}
              onName={(next) => change({ name: next })}
              onLimits={(next) => change({ limits: { ...draft.limits, ...next } })}
            />
          ),
      ),
    },
    {
      id: 'trial',
      title: t('deployments.wizard.trial.step'),
      question: t(purpose === 'text-generation' ? 'deployments.wizard.trial.question' : 'textVectors.trial.question'),
      help: t(purpose === 'text-generation' ? 'deployments.wizard.trial.help' : 'textVectors.trial.help'),
      chosen:
        trial.current && trial.result !== null
          ? format.rate(trialSpeed(trial.result), 'tokens')
          : position.current > TRIAL_STEP
            ? t('deployments.wizard.trial.skipped')
            : null,
      answered: request !== null,
      why: t('deployments.wizard.trial.why'),
      content: withReport((_, predicted) => (
        <StepTrial
          trial={trial}
          fit={predicted.fit}
          question={question}
          hasChatTemplate={version?.hasChatTemplate ?? true}
          purpose={purpose}
          documents={documents}
          onDocuments={(next) => change({ documents: next })}
          onQuestion={(next) => change({ question: next })}
        />
      )),
    },
    {
      id: 'summary',
      title: t('deployments.wizard.summary.step'),
      question: t('deployments.wizard.summary.question'),
      help: t('deployments.wizard.summary.help'),
      answered: request !== null,
      content: withReport(
        (known, predicted) =>
          request !== null &&
          version !== null && (
            <StepSummary
              version={version}
              request={request}
              report={known}
              fit={predicted.fit}
              trial={trial.current ? trial.result : null}
              lifecycle={draft.lifecycle}
              onLifecycle={(lifecycle) => change({ lifecycle })}
              error={create.error}
            />
          ),
      ),
    },
  ];
  const dirty = position.furthest > 0 || draft.settings !== null || draft.name !== null;
  return (
    <Page title={t('deployments.wizard.title')}>
      <Wizard
        title={t('deployments.wizard.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('deployments.wizard.verb')}
        finishing={create.running}
        busy={trial.running !== null}
        dirty={dirty}
        onDiscard={() => {
          navigate({ screen: 'deployments' });
          forgetViewState(WIZARD_STATE);
        }}
        onFinish={() => {
          if (request !== null) void create.run(request, trial.current ? (trial.result?.trialId ?? null) : null);
        }}
        {...(request === null || version === null ? {} : { command: deployCommand(version.modelName, { ...request, lifecycle: draft.lifecycle }) })}
      />
    </Page>
  );
}

function Looking() {
  const { t } = useTexts();
  return (
    <Group gap="sm" role="status">
      <Loader size="sm" />
      {t('deployments.wizard.hardware.looking')}
    </Group>
  );
}
