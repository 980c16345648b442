import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { navigate } from '../../../state/navigation.ts';
import { useQuery } from '../../../state/queries.ts';
import type { RouteOf } from '../../../state/routes.ts';
import { forgetViewState, useViewState } from '../../../state/view-state.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Page } from '../../../ui/page.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { showToast } from '../../../ui/toast.tsx';
import { wizardStart } from '../../../ui/wizard-state.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { sampleKey, StepTrial } from '../deploy/step-trial.tsx';
import { trialSpeed, useTrialOf } from '../deploy/use-trial.ts';
import { StepSettings } from './step-settings.tsx';
import { StepSwitchSummary } from './step-switch-summary.tsx';
import { StepVersion } from './step-version.tsx';
import { switchCommand } from './switch-command.ts';
import { useSwitchRun } from './use-switch-run.ts';
import { switchState, useSwitchWizard } from './use-switch-wizard.ts';

/** A live deployment moves to another version: version, settings and memory, trial, switch. */
export default function SwitchScreen({ route }: { route: RouteOf<'switch-version'> }) {
  const { t } = useTexts();
  const { deploymentId } = route;
  const deployment = useQuery(`deployment/${deploymentId}`, (signal) => client.deployments.get({ deploymentId }, { signal }), { topics: ['deployments'] });
  const name = deployment.data?.name ?? '';
  return (
    <Page
      key={deploymentId}
      title={t('deploymentVersions.wizard.title', { name })}
      back={<BackLink to={{ screen: 'deployment', deploymentId }} label={name === '' ? t('deployments.title') : name} />}
    >
      <QueryState query={deployment}>{(view) => <SwitchWizardView deployment={view} wantedId={route.versionId} />}</QueryState>
    </Page>
  );
}

function SwitchWizardView({ deployment, wantedId }: { deployment: DeploymentView; wantedId: string | undefined }) {
  const { t, format } = useTexts();
  const { id: deploymentId, name } = deployment;
  const stateKey = switchState(deploymentId);
  const [position, setPosition] = useViewState(`${stateKey}position`, wizardStart);
  const wizard = useSwitchWizard(deployment);
  const { draft, change, latestPlan, target, misfits } = wizard;
  const { choice, stopFirst } = draft;
  const trial = useTrialOf(stopFirst ? null : target, {
    stateKey: `${stateKey}trial`,
    ask: (asked, question, signal) => client.deployments.trySwitch({ ...asked, question }, { signal }),
  });
  const { purpose } = deployment;
  const question = draft.question ?? t(sampleKey(purpose, choice?.hasChatTemplate ?? true));
  const arrived = (view: DeploymentView): void => {
    trial.handOver();
    navigate({ screen: 'deployment', deploymentId });
    forgetViewState(stateKey);
    showToast({ message: t('deploymentVersions.wizard.done', { name, model: view.modelName, version: view.versionNumber }) });
  };
  const withGap = useSwitchRun(arrived);
  const switchNow = useCommand(async (wanted: NonNullable<typeof target>, trialId: string) => arrived(await client.deployments.switchVersion({ ...wanted, trialId })));
  const trialId = trial.current ? (trial.result?.trialId ?? null) : null;

  const steps: WizardStep[] = [
    {
      id: 'version',
      title: t('deploymentVersions.wizard.version.step'),
      question: t('deploymentVersions.wizard.version.question'),
      help: t('deploymentVersions.wizard.version.help'),
      chosen: choice === null ? null : t('deployments.modelVersion', { model: choice.modelName, version: choice.number }),
      answered: choice !== null,
      why: t('deploymentVersions.wizard.version.why'),
      content: <StepVersion wizard={wizard} deployment={deployment} wantedId={wantedId} />,
    },
    {
      id: 'settings',
      title: t('deploymentVersions.wizard.settings.step'),
      question: t('deploymentVersions.wizard.settings.question'),
      help: t('deploymentVersions.wizard.settings.help'),
      chosen: latestPlan === null ? null : t('deployments.wizard.hardware.chosen', { backend: t(`engine.backends.${latestPlan.settings.backend}`), contextSize: format.number(latestPlan.settings.contextSize) }),
      answered: target !== null,
      // From here on the choice stands, even if what is free moves because the trial takes memory.
      onNext: () => {
        if (latestPlan !== null) change({ settings: latestPlan.settings });
        return Promise.resolve(true);
      },
      why: t('deploymentVersions.wizard.settings.why'),
      content: (
        <QueryState query={latestPlan === null ? wizard.plan : { ...wizard.plan, data: latestPlan }}>
          {(plan) => <QueryState query={wizard.hardware}>{(hardware) => <StepSettings wizard={wizard} plan={plan} hardware={hardware} purpose={purpose} />}</QueryState>}
        </QueryState>
      ),
    },
    {
      id: 'trial',
      title: t('deploymentVersions.wizard.trial.step'),
      question: t('deploymentVersions.wizard.trial.question'),
      help: t(stopFirst ? 'deploymentVersions.wizard.trial.helpStopFirst' : 'deploymentVersions.wizard.trial.help'),
      chosen: trialId !== null && trial.result !== null ? format.rate(trialSpeed(trial.result), 'tokens') : null,
      answered: stopFirst ? question.trim() !== '' : trialId !== null,
      why: t('deploymentVersions.wizard.trial.why'),
      content: latestPlan !== null && (
        <StepTrial
          trial={trial}
          fit={latestPlan.fit}
          question={question}
          hasChatTemplate={choice?.hasChatTemplate ?? true}
          purpose={purpose}
          onQuestion={(next) => change({ question: next })}
          {...(stopFirst ? { later: true } : {})}
        />
      ),
    },
    {
      id: 'summary',
      title: t('deploymentVersions.wizard.summary.step'),
      question: t('deploymentVersions.wizard.summary.question'),
      help: t('deploymentVersions.wizard.summary.help'),
      answered: target !== null && (stopFirst || trialId !== null),
      content: latestPlan !== null && choice !== null && (
        <StepSwitchSummary
          deployment={deployment}
          choice={choice}
          plan={latestPlan}
          stopFirst={stopFirst}
          detached={draft.detachAdapters ? misfits : []}
          progress={withGap.progress}
          onCancel={withGap.cancel}
          error={stopFirst ? withGap.error : switchNow.error}
        />
      ),
    },
  ];
  const finish = (): void => {
    if (target === null) return;
    if (stopFirst) withGap.run((signal) => client.deployments.switchStoppingFirst({ ...target, question }, { signal }), 'stopping');
    else if (trialId !== null) void switchNow.run(target, trialId);
  };
  return (
    <>
      {deployment.state === 'stopped' && <Notice tone="info">{t('playground.gone', { state: t('engine.states.stopped') })}</Notice>}
      <Wizard
        title={t('deploymentVersions.wizard.title', { name })}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t(stopFirst ? 'deploymentVersions.wizard.verbStopFirst' : 'deploymentVersions.wizard.verb')}
        finishing={switchNow.running || withGap.progress !== null}
        busy={trial.running !== null}
        dirty={position.furthest > 0 || draft.settings !== null}
        onDiscard={() => {
          navigate({ screen: 'deployment', deploymentId });
          forgetViewState(stateKey);
        }}
        onFinish={finish}
        {...(choice === null || latestPlan === null ? {} : { command: switchCommand(deployment, { choice, settings: latestPlan.settings, question, stopFirst, detachAdapters: draft.detachAdapters }) })}
      />
    </>
  );
}
