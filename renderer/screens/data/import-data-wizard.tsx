import { IconFileText } from '@tabler/icons-react';
import type { DataReading } from '../../../main/contract/datasets.contract.ts';
import type { ImportSource } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import type { Route, RouteOf } from '../../state/routes.ts';
import { useDatasets } from '../../state/training.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { ChosenSource } from '../source/chosen-source.tsx';
import { DropZone } from '../source/drop-zone.tsx';
import { FolderBrowser } from '../source/folder-browser.tsx';
import { dataSource } from '../source/source-kinds.ts';
import sourceClasses from '../source/source.module.css';
import { cancelUpload, forgetUpload } from '../source/upload.ts';
import { dataCommand, DATA_STATE, newDraft, targetOf, withFirstPreview, withPreview, withReading, withSource } from './data-draft.ts';
import type { DataDraft } from './data-draft.ts';
import { ImportSummary } from './import-summary.tsx';
import { ReadingStep } from './reading-step.tsx';
import { TargetStep } from './target-step.tsx';
import { useInspect } from './use-inspect.ts';

/** Source → how it is read → where it belongs → summary; then the import runs as a job with its own address. */
export function ImportDataWizard({ route }: { route: RouteOf<'import-data'> }) {
  const { t, format } = useTexts();
  const state = `${DATA_STATE}${route.datasetId ?? ''}/`;
  const [position, setPosition] = useViewState(`${state}position`, wizardStart);
  const [draft, setDraft] = useViewState<DataDraft>(`${state}draft`, newDraft(route.datasetId ?? null));
  const datasets = useDatasets();
  const known = datasets.data ?? [];
  const { inspect, working, error: inspectError, forget } = useInspect();
  const dialog = useCommand(() => client.datasets.chooseFile({}));
  const start = useCommand((input: Parameters<typeof client.datasets.import>[0]) => client.datasets.import(input));
  const wayBack: Route = route.datasetId === undefined ? { screen: 'data', tab: 'datasets' } : { screen: 'dataset', datasetId: route.datasetId };

  const chooseSource = (source: ImportSource, fileName: string): void => {
    forget();
    start.forget();
    setDraft((before) => withSource(before, source, fileName));
  };
  const choosePath = (path: string): void => chooseSource({ kind: 'path', path }, path.split(/[\\/]/).findLast((part) => part !== '') ?? path);
  const read = async (reading: DataReading | null): Promise<boolean> => {
    if (draft.source === null) return false;
    const preview = await inspect(draft.source, reading);
    if (preview === undefined) return false;
    setDraft((before) => (reading === null ? withFirstPreview(before, preview, known) : withPreview(before, preview)));
    return true;
  };
  const changeReading = (reading: DataReading): void => {
    const next = withReading(draft, reading);
    setDraft(next);
    void read(next.reading);
  };
  const leave = (): void => {
    void cancelUpload(dataSource);
    forgetViewState(state);
    goBack(wayBack);
  };

  const { preview, reading } = draft;
  const target = targetOf(draft, known);
  const readable = preview !== null && draft.current && preview.rowCount > 0;
  const finish = async (): Promise<void> => {
    if (draft.source === null || target === null || reading === null) return;
    const job = await start.run({
      source: draft.source,
      reading,
      target: target.kind === 'new-dataset' ? target : { kind: 'new-version', datasetId: target.dataset.id },
      licence: draft.licence.trim(),
      notes: draft.notes.trim(),
    });
    if (job === undefined) return;
    forgetUpload(dataSource);
    forgetViewState(state);
    navigate({ screen: 'import-data', jobId: job.jobId }, { replace: true });
  };

  const steps: WizardStep[] = [
    {
      id: 'source',
      title: t('data.source.step'),
      question: t('data.source.question'),
      help: t('data.source.help'),
      chosen: draft.fileName === '' ? null : draft.fileName,
      answered: draft.source !== null,
      onNext: () => (preview === null ? read(null) : Promise.resolve(true)),
      why: t('data.source.why'),
      content: (
        <div className={sourceClasses['fileStep']}>
          <ErrorNotice error={preview === null ? (inspectError ?? dialog.error) : dialog.error} />
          <DropZone
            kind={dataSource}
            onPath={choosePath}
            onUpload={(uploadId, fileName) => chooseSource({ kind: 'upload', uploadId }, fileName)}
            onDialog={() => {
              void dialog.run().then((answer) => answer?.path != null && choosePath(answer.path));
            }}
          />
          <FolderBrowser kind={dataSource} chosen={draft.source?.kind === 'path' ? draft.source.path : null} onChoose={choosePath} />
        </div>
      ),
    },
    {
      id: 'reading',
      title: t('data.reading.step'),
      question: t('data.reading.question'),
      help: t('data.reading.help'),
      chosen: reading === null || preview === null ? null : `${t(`data.formats.${reading.format}`)} · ${t('data.rows.total', { count: preview.rowCount, total: format.number(preview.rowCount) })}`,
      answered: readable,
      why: t('data.reading.why'),
      content: preview !== null && reading !== null && (
        <ReadingStep reading={reading} preview={preview} current={draft.current} working={working} error={inspectError} onReading={changeReading} />
      ),
    },
    {
      id: 'target',
      title: t('data.target.step'),
      question: t('data.target.question'),
      help: t('data.target.help'),
      chosen: target === null ? null : target.kind === 'new-dataset' ? target.name : target.dataset.name,
      answered: readable && target !== null,
      why: t('data.target.why'),
      content: <QueryState query={datasets}>{(rows) => <TargetStep draft={draft} datasets={rows} onChange={(part) => setDraft((before) => ({ ...before, ...part }))} />}</QueryState>,
    },
    {
      id: 'summary',
      title: t('data.summary.step'),
      question: t('data.summary.question'),
      help: t('data.summary.help'),
      answered: readable && target !== null,
      content: target !== null && <ImportSummary draft={draft} target={target} error={start.error} />,
    },
  ];
  return (
    <Page title={t('data.import')} back={<BackLink to={wayBack} label={t('data.detail.back')} />}>
      <Wizard
        title={t('data.import')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('data.summary.verb')}
        finishing={start.running}
        dirty={draft.source !== null}
        onDiscard={leave}
        {...(target === null ? {} : { command: dataCommand(draft, target) })}
        footer={
          position.current === 0 && draft.source !== null ? (
            <ChosenSource name={draft.fileName} icon={IconFileText} checking={working ? t('data.source.checking') : null} />
          ) : null
        }
        onFinish={() => void finish()}
      />
    </Page>
  );
}
