import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { layerList } from './lineage.tsx';
import { LayersMeasureStep } from './layers-measure-step.tsx';
import { LayersStep } from './layers-step.tsx';
import { emptyPruneDraft, mostRemovable, pruneCommand, usualCount } from './prune-draft.ts';
import type { PruneDraft } from './prune-draft.ts';
import { ShrinkSummary } from './shrink-summary.tsx';
import type { ShrinkVersion } from './shrink-version.ts';
import { usePruning } from './use-pruning.ts';
import { VersionStep } from './version-step.tsx';

/** The prefix of everything the wizard keeps while one looks elsewhere. */
const STATE = 'prune/';

/** What has been entered; the screen looks whose measurement its address names. */
export function usePruneDraft() {
  return useViewState<PruneDraft>(`${STATE}draft`, emptyPruneDraft);
}

/** Version → measure the layers → how many go → summary; then it runs as a job with its own address. */
export function PruneWizard({ versionId }: { versionId: string | undefined }) {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${STATE}position`, wizardStart);
  const [draft, setDraft] = usePruneDraft();
  const change = (part: Partial<PruneDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const { version } = draft;
  const reports = useQuery(`layer-reports/${version?.versionId ?? ''}`, (signal) => client.quantization.layerReports({ versionId: version?.versionId ?? '' }, { signal }), {
    topics: ['quantization'],
    enabled: version !== null,
  });
  const report = reports.data?.find(({ id }) => id === draft.reportId) ?? reports.data?.[0];
  const layerCount = version?.layerCount ?? 0;
  const removeCount = draft.layers?.length ?? Math.min(mostRemovable(layerCount), draft.removeCount ?? usualCount(layerCount));
  const pruning = usePruning({ reportId: report?.id ?? null, removeCount, layers: draft.layers });
  const { proposal } = pruning;
  const start = useCommand((wanted: Parameters<typeof client.quantization.prune>[0]) => client.quantization.prune(wanted));

  const choose = (chosen: ShrinkVersion): void =>
    setDraft((before) => ({
      ...before,
      version: chosen,
      ...(before.version?.versionId === chosen.versionId ? {} : { reportId: null, anew: false, jobId: null, removeCount: null, layers: null }),
    }));
  const leave = (): void => {
    forgetViewState(STATE);
    goBack({ screen: 'models' });
  };
  const finish = async (): Promise<void> => {
    if (version === null || report === undefined || proposal === null) return;
    const job = await start.run({ versionId: version.versionId, reportId: report.id, layers: proposal.layers, evaluate: draft.evaluate });
    if (job === undefined) return;
    forgetViewState(STATE);
    navigate({ screen: 'prune', jobId: job.jobId }, { replace: true });
  };
  const command =
    version === null || proposal === null || report === undefined || draft.layers !== null
      ? null
      : pruneCommand(version, { count: proposal.layers.length, report, evaluate: draft.evaluate });
  const settled = proposal !== null && pruning.current && pruning.error === null && proposal.fits;

  const steps: WizardStep[] = [
    {
      id: 'version',
      title: t('shrinking.version.step'),
      question: t('shrinking.version.pruneQuestion'),
      help: t('shrinking.version.pruneHelp'),
      chosen: version === null ? null : t('shrinking.version.chosen', { name: version.modelName, number: version.number, quantization: version.quantization }),
      answered: version !== null,
      why: t('shrinking.version.pruneWhy'),
      content: <VersionStep version={version} wantedId={versionId} onChoose={choose} />,
    },
    {
      id: 'measure',
      title: t('shrinking.prune.measure.step'),
      question: t('shrinking.prune.measure.question'),
      help: t('shrinking.prune.measure.help'),
      chosen: report === undefined ? null : t('shrinking.prune.measure.chosen', { date: format.dateTime(report.atMs) }),
      answered: report !== undefined && !draft.anew && mostRemovable(layerCount) > 0,
      why: t('shrinking.prune.measure.why'),
      content: (
        <QueryState query={reports}>
          {(all) => version !== null && <LayersMeasureStep draft={draft} version={version} reports={all} reportId={report?.id ?? null} onChange={change} />}
        </QueryState>
      ),
    },
    {
      id: 'layers',
      title: t('shrinking.prune.layers.step'),
      question: t('shrinking.prune.layers.question'),
      help: t('shrinking.prune.layers.help'),
      chosen: proposal === null ? null : t('shrinking.prune.layers.chosen', { count: proposal.layers.length }),
      answered: settled,
      why: t('shrinking.prune.layers.why'),
      content: (
        <QueryState query={reports}>
          {() => report !== undefined && <LayersStep draft={draft} report={report} removeCount={removeCount} pruning={pruning} onChange={change} />}
        </QueryState>
      ),
    },
    {
      id: 'summary',
      title: t('shrinking.summary.pruneStep'),
      question: t('shrinking.summary.pruneQuestion'),
      help: t('shrinking.summary.help'),
      answered: settled,
      content: version !== null && proposal !== null && (
        <ShrinkSummary
          version={version}
          becomes={t('shrinking.prune.layers.chosen', { count: proposal.layers.length })}
          sizeBytes={proposal.sizeBytes}
          sourceSizeBytes={proposal.sourceSizeBytes}
          freeBytes={proposal.freeBytes}
          choices={[
            {
              key: 'version',
              label: t('shrinking.version.step'),
              value: t('shrinking.version.chosen', { name: version.modelName, number: version.number, quantization: version.quantization }),
            },
            {
              key: 'layers',
              label: t('shrinking.summary.removed'),
              value: t('shrinking.lineage.layersValue', { list: layerList(proposal.layers, t), total: format.number(proposal.layerCount) }),
            },
          ]}
          evaluate={draft.evaluate}
          onEvaluate={(evaluate) => change({ evaluate })}
          error={start.error}
        />
      ),
    },
  ];
  return (
    <Page title={t('shrinking.prune.title')}>
      <Wizard
        title={t('shrinking.prune.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('shrinking.prune.verb')}
        finishing={start.running}
        dirty={position.furthest > 0}
        onDiscard={leave}
        onFinish={() => void finish()}
        {...(command === null ? {} : { command })}
      />
    </Page>
  );
}
