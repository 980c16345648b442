import { Stack } from '@mantine/core';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useCommand } from '../../../state/commands.ts';
import { goBack, navigate } from '../../../state/navigation.ts';
import { useTunings } from '../../../state/quality.ts';
import { useQuery } from '../../../state/queries.ts';
import type { RouteOf } from '../../../state/routes.ts';
import { forgetViewState, useViewState } from '../../../state/view-state.ts';
import { BackLink } from '../../../ui/back-link.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { KeyValueList } from '../../../ui/key-value-list.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { Page } from '../../../ui/page.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import { wizardStart } from '../../../ui/wizard-state.ts';
import { Wizard } from '../../../ui/wizard.tsx';
import type { WizardStep } from '../../../ui/wizard.tsx';
import { Looking } from '../measure/measure-wizard.tsx';
import classes from '../quality.module.css';
import { VersionPicker } from '../version-picker.tsx';
import type { ChosenVersion } from '../version-picker.tsx';
import { StepGoal } from './step-goal.tsx';
import { emptyDraft, requestOf, TUNE_STATE, tuneCommand } from './tune-draft.ts';
import type { TuneDraft, TuneRequest } from './tune-draft.ts';

/** Model → goal and time → tune; then it runs as a job with its own address. */
export function TuneWizard({ route }: { route: RouteOf<'tune'> }) {
  const { t, format } = useTexts();
  // Who comes from a version begins anew with it.
  const state = `${TUNE_STATE}${route.versionId ?? ''}/`;
  const [position, setPosition] = useViewState(`${state}position`, wizardStart);
  const [draft, setDraft] = useViewState<TuneDraft>(`${state}draft`, emptyDraft);
  const tunings = useTunings();
  const { version } = draft;
  const versionId = version?.versionId ?? '';
  const fit = useQuery(`fit/${versionId}`, (signal) => client.deployments.fit({ versionId }, { signal }), { enabled: version !== null });
  const request = requestOf(draft, fit.data);
  const start = useCommand((input: TuneRequest) => client.benchmarks.tune(input));
  const change = (part: Partial<TuneDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const earlier = (tunings.data ?? []).find((each) => each.versionId === version?.versionId && each.outdated === null);
  const finish = async (): Promise<void> => {
    if (request === null) return;
    const job = await start.run(request);
    if (job === undefined) return;
    forgetViewState(TUNE_STATE);
    navigate({ screen: 'tune', jobId: job.jobId }, { replace: true });
  };
  const steps: WizardStep[] = [
    {
      id: 'model',
      title: t('quality.tune.model.step'),
      question: t('quality.tune.model.question'),
      help: t('quality.tune.model.help'),
      chosen: version === null ? null : t('deployments.modelVersion', { model: version.modelName, version: version.versionNumber }),
      answered: version !== null,
      why: t('quality.tune.model.why'),
      content: (
        <Stack gap="lg">
          <VersionPicker
            version={version}
            wantedId={route.versionId}
            onChoose={(next) => change({ version: next, ...(next.versionId === version?.versionId ? {} : { budget: null, backend: null, contextSize: null }) })}
          />
          {earlier !== undefined && (
            <Notice tone="info">{t('quality.tune.model.tunedAlready', { date: format.date(earlier.atMs), goal: t(`quality.goals.${earlier.goal}.label`) })}</Notice>
          )}
        </Stack>
      ),
    },
    {
      id: 'goal',
      title: t('quality.tune.goal.step'),
      question: t('quality.tune.goal.question'),
      help: t('quality.tune.goal.help'),
      chosen: t(`quality.goals.${draft.goal}.label`),
      answered: request !== null,
      why: t('quality.tune.goal.why'),
      content: (
        <QueryState query={fit} skeleton={<Looking />}>
          {(report) => request !== null && <StepGoal draft={draft} onChange={change} report={report} request={request} sizeBytes={version?.sizeBytes ?? 0} />}
        </QueryState>
      ),
    },
    {
      id: 'summary',
      title: t('quality.tune.summary.step'),
      question: t('quality.tune.summary.question'),
      help: t('quality.tune.summary.help'),
      answered: request !== null,
      content:
        request === null || version === null ? null : (
          <Stack gap="lg">
            <Summary version={version} request={request} />
            <ErrorNotice error={start.error} />
          </Stack>
        ),
    },
  ];
  return (
    <Page title={t('quality.tune.title')} back={<BackLink to={{ screen: 'quality', tab: 'tunings' }} label={t('quality.tabs.tunings')} />}>
      <Wizard
        title={t('quality.tune.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('quality.tune.verb')}
        finishing={start.running}
        dirty={position.furthest > 0}
        onDiscard={() => {
          goBack({ screen: 'quality', tab: 'tunings' });
          forgetViewState(TUNE_STATE);
        }}
        onFinish={() => void finish()}
        {...(request === null || version === null ? {} : { command: tuneCommand(version, request) })}
      />
    </Page>
  );
}

function Summary({ version, request }: { version: ChosenVersion; request: TuneRequest }) {
  const { t, format } = useTexts();
  return (
    <>
      <section>
        <h3 className={classes['sectionTitle']}>{t('quality.tune.summary.effect')}</h3>
        <ul className={classes['effects']}>
          <li>{t('quality.tune.summary.load')}</li>
          <li>{t('quality.tune.summary.busy', { time: format.duration(request.budgetMs) })}</li>
          <li>{t('quality.tune.summary.never')}</li>
          <li>{t('quality.tune.summary.used')}</li>
        </ul>
      </section>
      <KeyValueList
        columns={2}
        items={[
          {
            key: 'model',
            label: t('quality.tune.model.step'),
            value: `${t('deployments.modelVersion', { model: version.modelName, version: version.versionNumber })} (${version.quantization})`,
          },
          { key: 'goal', label: t('quality.tune.summary.goal'), value: t(`quality.goals.${request.goal}.label`) },
          { key: 'budget', label: t('quality.tune.goal.budget'), value: format.duration(request.budgetMs) },
          { key: 'backend', label: t('quality.tune.goal.backend'), value: t(`engine.backends.${request.backend}`) },
          { key: 'context', label: t('quality.tune.goal.context'), value: t('deployments.settings.contextValue', { tokens: format.number(request.contextSize) }) },
          { key: 'kv', label: t('quality.tune.summary.smallerKv'), value: t(request.allowSmallerKv ? 'common.yes' : 'common.no') },
        ]}
      />
    </>
  );
}
