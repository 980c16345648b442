import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import type { TrainingOrder, TrainingPlan } from '../../../main/contract/training.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import type { RouteOf } from '../../state/routes.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { shrinkVersionOf } from '../shrinking/shrink-version.ts';
import type { ShrinkVersion } from '../shrinking/shrink-version.ts';
import { useModel } from '../shrinking/use-model.ts';
import { VersionStep } from '../shrinking/version-step.tsx';
import { DataStep } from './data-step.tsx';
import { FloatRemark } from './float-remark.tsx';
import { ModeStep } from './mode-step.tsx';
import { lacksDisk } from './plan-panel.tsx';
import { settingsLine, SettingsStep } from './settings-step.tsx';
import { orderOf, trainCommand } from './train-draft.ts';
import { TrainSummary } from './train-summary.tsx';
import { TrainWays } from './train-ways.tsx';
import { stateOf, TRAIN_STATE, useAllDatasetVersions, useTrainWizard } from './use-train-wizard.ts';

/** Places of steps that a refusal leads back to. */
const STEP_PLACES = { version: 0, data: 1 } as const;
const MODE_STEP = 2;

/** Model → data → mode → settings with what they take → summary; then it runs as a job, and the run has its own address. */
export function TrainWizard({ route }: { route: RouteOf<'train'> }) {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${stateOf(route)}position`, wizardStart);
  const wizard = useTrainWizard(route);
  const { draft, change, baseOptions, options, mode, modeKind, settings, answer } = wizard;
  const { version, data } = draft;
  const { plan } = answer;
  const dataVersions = useAllDatasetVersions(position.current >= MODE_STEP);
  const model = useModel(version?.modelId);
  const start = useCommand((order: TrainingOrder) => client.training.start(order));

  const choose = (chosen: ShrinkVersion): void =>
    change({ version: chosen, ...(version?.versionId === chosen.versionId ? {} : { mode: null, settings: null, wrong: [] }) });
  const leave = (): void => {
    goBack({ screen: 'data', tab: 'runs' });
    forgetViewState(TRAIN_STATE);
  };
  const finish = async (): Promise<void> => {
    const order = orderOf(draft, options.data);
    if (order === null) return;
    const started = await start.run(order);
    if (started === undefined) return;
    forgetViewState(TRAIN_STATE);
    navigate({ screen: 'training-run', runId: started.runId }, { replace: true });
  };
  const trainable = version !== null && !version.quantized && baseOptions.data?.problem === null;
  const possible = plan !== null && answer.current && plan.problem === null && !lacksDisk(plan);
  const ways = (problem: NonNullable<TrainingPlan['problem']>) => (
    <TrainWays
      problem={problem}
      layerCount={options.data?.layerCount ?? 0}
      onContext={(contextSize) => settings !== null && change({ settings: { ...settings, contextSize } })}
      onLastLayers={(count) => settings !== null && change({ settings: { ...settings, layers: { kind: 'last', count } } })}
      onParent={(versionId) => takeVersion(versionId)}
      onNewMode={() => change({ mode: 'new' })}
      onStep={(id) => setPosition({ ...position, current: STEP_PLACES[id] })}
    />
  );

  const steps: WizardStep[] = [
    {
      id: 'version',
      title: t('training.wizard.version.step'),
      question: t('training.wizard.version.question'),
      help: t('training.wizard.version.help'),
      chosen: version === null ? null : t('shrinking.version.chosen', { name: version.modelName, number: version.number, quantization: version.quantization }),
      answered: trainable,
      why: t('training.wizard.version.why'),
      content: (
        <VersionStep
          version={version}
          wantedId={route.versionId}
          none={t('training.wizard.version.none')}
          onChoose={choose}
          renderRemark={(chosen: ModelVersion, of: ModelDetail) => (
            <FloatRemark model={of} version={chosen} options={baseOptions} onTake={(better) => choose(shrinkVersionOf(of, better))} />
          )}
        />
      ),
    },
    {
      id: 'data',
      title: t('training.wizard.data.step'),
      question: t('training.wizard.data.question'),
      help: t('training.wizard.data.help'),
      chosen: data === null ? null : t('training.wizard.data.chosen', { name: data.datasetName, number: data.number }),
      answered: data !== null && data.validationRows > 0,
      why: t('training.wizard.data.why'),
      content: <DataStep data={data} wantedId={route.data} onChoose={(chosen) => change({ data: chosen, mode: null, oldData: null })} />,
    },
    {
      id: 'mode',
      title: t('training.wizard.mode.step'),
      question: t('training.wizard.mode.question'),
      help: t('training.wizard.mode.help'),
      chosen:
        mode === null ? null : mode.kind === 'mixed' ? t('training.wizard.mode.chosenMixed', { share: format.percent(mode.oldShare) }) : t(`training.wizard.mode.choices.${mode.kind}.label`),
      answered: mode !== null && options.data !== undefined,
      why: t('training.wizard.mode.why'),
      content: <QueryState query={options}>{(known) => <ModeStep draft={draft} kind={modeKind} options={known} versions={dataVersions} onChange={change} />}</QueryState>,
    },
    {
      id: 'settings',
      title: t('training.wizard.settings.step'),
      question: t('training.wizard.settings.question'),
      help: t('training.wizard.settings.help'),
      chosen: draft.settings === null ? t('training.wizard.settings.recommended') : t('training.wizard.settings.chosenOwn', { line: settingsLine(draft.settings, t, format) }),
      answered: possible && draft.wrong.length === 0,
      why: t('training.wizard.settings.why'),
      content: (
        <QueryState query={options}>{(known) => <SettingsStep draft={draft} options={known} answer={answer} renderWays={ways} onChange={change} />}</QueryState>
      ),
    },
    {
      id: 'summary',
      title: t('training.wizard.summary.step'),
      question: t('training.wizard.summary.question'),
      help: t('training.wizard.summary.help'),
      answered: possible,
      content: version !== null && data !== null && mode !== null && settings !== null && plan !== null && (
        <TrainSummary version={version} data={data} oldData={draft.oldData} mode={mode} settings={settings} plan={plan} error={start.error} />
      ),
    },
  ];
  const recommended = options.data?.recommended;
  const command = version === null || data === null || mode === null || recommended === undefined ? null : trainCommand({ ...draft, version, data }, mode, recommended);
  return (
    <Page title={t('training.wizard.title')} back={<BackLink to={{ screen: 'data', tab: 'runs' }} label={t('training.run.back')} />}>
      <Wizard
        title={t('training.wizard.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('training.wizard.verb')}
        finishing={start.running}
        dirty={position.furthest > 0}
        onDiscard={leave}
        onFinish={() => void finish()}
        {...(command === null ? {} : { command })}
      />
    </Page>
  );

  function takeVersion(versionId: string): void {
    const taken = model.data?.versions.find(({ id }) => id === versionId);
    if (model.data !== undefined && taken !== undefined) choose(shrinkVersionOf(model.data, taken));
  }
}
