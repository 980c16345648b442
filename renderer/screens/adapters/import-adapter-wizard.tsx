import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import { IconPuzzle } from '@tabler/icons-react';
import type { AdapterInspection } from '../../../main/contract/adapters.contract.ts';
import type { ImportSource } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { Page } from '../../ui/page.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { ChosenSource } from '../source/chosen-source.tsx';
import { DropZone } from '../source/drop-zone.tsx';
import { FolderBrowser } from '../source/folder-browser.tsx';
import { adapterSource } from '../source/source-kinds.ts';
import sourceClasses from '../source/source.module.css';
import { cancelUpload, forgetUpload } from '../source/upload.ts';
import { AdapterFactsList } from './adapter-facts.tsx';
import classes from './adapters.module.css';
import { importCommand, modelsOf } from './import-entries.ts';
import { useAdapters } from './use-adapters.ts';

interface Entries {
  source: ImportSource | null;
  fileName: string;
  inspection: AdapterInspection | null;
  modelId: string | null;
  name: string;
  notes: string;
}
const noEntries: Entries = { source: null, fileName: '', inspection: null, modelId: null, name: '', notes: '' };

/** File → what it is and for which model → name; then the import runs as a job with its own address. */
export function ImportAdapterWizard({ modelId: wanted }: { modelId: string | null }) {
  const { t } = useTexts();
  const [position, setPosition] = useViewState('import-adapter/position', wizardStart);
  const [entries, setEntries] = useViewState<Entries>('import-adapter/entries', noEntries);
  const inspect = useCommand((source: ImportSource) => client.adapters.inspect({ source }));
  const dialog = useCommand(() => client.models.chooseFile({}));
  const start = useCommand((input: Parameters<typeof client.adapters.import>[0]) => client.adapters.import(input));
  const others = useAdapters();
  const change = (part: Partial<Entries>): void => setEntries((before) => ({ ...before, ...part }));
  const { source, inspection, modelId } = entries;
  const name = entries.name.trim();

  const choose = (chosen: ImportSource, fileName: string): void => {
    inspect.forget();
    // A name that was only proposed belongs to the file before.
    setEntries((before) => ({ ...before, source: chosen, fileName, inspection: null, name: before.name === before.inspection?.suggestedName ? '' : before.name }));
  };
  const choosePath = (path: string): void => choose({ kind: 'path', path }, path.split(/[\\/]/).at(-1) ?? path);
  const leave = (): void => {
    void cancelUpload(adapterSource);
    forgetViewState('import-adapter/');
    goBack({ screen: 'adapters' });
  };
  const look = async (): Promise<boolean> => {
    if (source === null) return false;
    if (inspection !== null) return true;
    const found = await inspect.run(source);
    if (found === undefined) return false;
    const models = modelsOf(found);
    const preferred = models.find((model) => model.modelId === (modelId ?? wanted)) ?? models[0];
    change({ inspection: found, fileName: found.fileName, name: name === '' ? found.suggestedName : entries.name, modelId: preferred?.modelId ?? null });
    return true;
  };
  const finish = async (): Promise<void> => {
    if (source === null || modelId === null) return;
    const job = await start.run({ source, modelId, name, notes: entries.notes.trim() });
    if (job === undefined) return;
    forgetUpload(adapterSource);
    forgetViewState('import-adapter/');
    navigate({ screen: 'import-adapter', jobId: job.jobId }, { replace: true });
  };

  const models = inspection === null ? [] : modelsOf(inspection);
  const model = models.find((each) => each.modelId === modelId);
  const nameTaken = (others.data ?? []).some((other) => other.name.toLowerCase() === name.toLowerCase());
  const steps: WizardStep[] = [
    {
      id: 'file',
      title: t('importing.file.step'),
      question: t('adapters.wizard.fileQuestion'),
      help: t('adapters.wizard.fileHelp'),
      chosen: entries.fileName === '' ? null : entries.fileName,
      answered: source !== null,
      onNext: look,
      why: t('importing.file.why'),
      content: (
        <div className={sourceClasses['fileStep']}>
          <ErrorNotice error={inspect.error ?? dialog.error} />
          <DropZone
            kind={adapterSource}
            onPath={choosePath}
            onUpload={(uploadId, fileName) => choose({ kind: 'upload', uploadId }, fileName)}
            onDialog={() => {
              void dialog.run().then((answer) => answer?.path != null && choosePath(answer.path));
            }}
          />
          <FolderBrowser kind={adapterSource} chosen={source?.kind === 'path' ? source.path : null} onChoose={choosePath} />
        </div>
      ),
    },
    {
      id: 'look',
      title: t('adapters.wizard.look'),
      question: t('adapters.wizard.lookQuestion'),
      help: t('adapters.wizard.lookHelp'),
      chosen: model?.name ?? null,
      answered: model !== undefined,
      content: inspection !== null && (
        <div className={`${classes['stack'] ?? ''} ${classes['wide'] ?? ''}`}>
          <p className={classes['name']}>{inspection.facts.name ?? inspection.suggestedName}</p>
          {models.length === 0 ? (
            <Notice tone="look">{t('adapters.wizard.fitsNone')}</Notice>
          ) : (
            <Select
              label={t('adapters.wizard.model')}
              description={t('adapters.wizard.modelHelp')}
              maw="40rem"
              data={models.map((each) => ({ value: each.modelId, label: each.name }))}
              value={modelId}
              allowDeselect={false}
              onChange={(value) => change({ modelId: value })}
            />
          )}
          {model !== undefined && <p className={classes['dim']}>{t('adapters.wizard.versionsOf', { versions: model.versionNumbers.map((number) => `v${String(number)}`).join(t('common.listSeparator')) })}</p>}
          <AdapterFactsList facts={inspection.facts} />
        </div>
      ),
    },
    {
      id: 'name',
      title: t('adapters.wizard.name'),
      question: t('adapters.wizard.nameQuestion'),
      help: t('adapters.wizard.nameHelp'),
      chosen: name === '' ? null : name,
      answered: name !== '' && model !== undefined && !nameTaken,
      content: (
        <Stack gap="lg" maw="40rem">
          <TextInput label={t('adapters.wizard.name')} value={entries.name} maxLength={120} error={nameTaken ? t('adapters.wizard.nameTaken') : null} onChange={(event) => change({ name: event.currentTarget.value })} />
          <Textarea
            label={`${t('adapters.drawer.notes')} (${t('common.optional')})`}
            description={t('adapters.wizard.notesHelp')}
            autosize
            minRows={2}
            maxRows={8}
            maxLength={10_000}
            value={entries.notes}
            onChange={(event) => change({ notes: event.currentTarget.value })}
          />
          <p className={classes['summary']}>{t('adapters.wizard.summary', { file: entries.fileName, model: model?.name ?? '', name })}</p>
          <ErrorNotice error={start.error} />
        </Stack>
      ),
    },
  ];
  const command = source?.kind === 'path' && model !== undefined && name !== '' ? importCommand({ path: source.path, modelName: model.name, name }) : undefined;
  return (
    <Page title={t('adapters.import')} back={<BackLink to={{ screen: 'adapters' }} label={t('adapters.title')} />}>
      <Wizard
        title={t('adapters.import')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('adapters.wizard.verb')}
        finishing={start.running}
        dirty={source !== null}
        onDiscard={leave}
        {...(command === undefined ? {} : { command })}
        footer={position.current === 0 && source !== null ? <ChosenSource name={entries.fileName} icon={IconPuzzle} checking={inspect.running ? t('importing.file.checking') : null} /> : null}
        onFinish={() => void finish()}
      />
    </Page>
  );
}
