import { Select, Stack, TextInput, Textarea } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { isServed } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useModels } from '../../state/lists.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import { BackLink } from '../../ui/back-link.tsx';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Page } from '../../ui/page.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { ChosenSource } from '../source/chosen-source.tsx';
import { DropZone } from '../source/drop-zone.tsx';
import { FolderBrowser } from '../source/folder-browser.tsx';
import { modelSource } from '../source/source-kinds.ts';
import { cancelUpload, forgetUpload } from '../source/upload.ts';
import sourceClasses from '../source/source.module.css';
import { commandOf, likelyModel, noEntries, targetOf, withInspection } from './import-entries.ts';
import type { ImportEntries } from './import-entries.ts';
import classes from './import.module.css';
import { LookStep } from './look-step.tsx';

/** File → what it is → name; then the import runs as a job with its own address. */
export function ImportWizard() {
  const { t } = useTexts();
  const [position, setPosition] = useViewState('import/position', wizardStart);
  const [entries, setEntries] = useViewState<ImportEntries>('import/entries', noEntries);
  const inspect = useCommand((source: NonNullable<ImportEntries['source']>) => client.models.inspect({ source }));
  const dialog = useCommand(() => client.models.chooseFile({}));
  const start = useCommand((input: Parameters<typeof client.models.import>[0]) => client.models.import(input));

  const chooseSource = (source: NonNullable<ImportEntries['source']>, fileName: string): void => {
    inspect.forget();
    // A name that was only proposed belongs to the file before.
    setEntries((before) => ({ ...before, source, fileName, inspection: null, name: before.name === before.inspection?.suggestedName ? '' : before.name }));
  };
  const choosePath = (path: string): void => chooseSource({ kind: 'path', path }, path.split(/[\\/]/).at(-1) ?? path);
  const leave = (): void => {
    void cancelUpload(modelSource);
    forgetViewState('import/');
    goBack({ screen: 'models' });
  };
  const look = async (): Promise<boolean> => {
    if (entries.source === null) return false;
    if (entries.inspection !== null) return true;
    const inspection = await inspect.run(entries.source);
    if (inspection === undefined) return false;
    setEntries((before) => withInspection(before, inspection));
    return true;
  };
  const finish = async (): Promise<void> => {
    const target = targetOf(entries);
    if (entries.source === null || target === null) return;
    const job = await start.run({ source: entries.source, target, notes: entries.notes.trim() });
    if (job === undefined) return;
    forgetUpload(modelSource);
    forgetViewState('import/');
    navigate({ screen: 'import', jobId: job.jobId }, { replace: true });
  };

  const models = useModels();
  const { inspection } = entries;
  const target = targetOf(entries);
  const nameTaken = target?.kind === 'new-model' && (models.data ?? []).some(({ name }) => name === target.name);
  const command = commandOf(entries);
  const steps: WizardStep[] = [
    {
      id: 'file',
      title: t('importing.file.step'),
      question: t('importing.file.question'),
      help: t('importing.file.help'),
      chosen: entries.fileName === '' ? null : entries.fileName,
      answered: entries.source !== null,
      onNext: look,
      why: t('importing.file.why'),
      content: (
        <div className={sourceClasses['fileStep']}>
          <ErrorNotice error={inspect.error ?? dialog.error} />
          <DropZone
            kind={modelSource}
            onPath={choosePath}
            onUpload={(uploadId, fileName) => chooseSource({ kind: 'upload', uploadId }, fileName)}
            onDialog={() => {
              void dialog.run().then((answer) => answer?.path != null && choosePath(answer.path));
            }}
          />
          <FolderBrowser kind={modelSource} chosen={entries.source?.kind === 'path' ? entries.source.path : null} onChoose={choosePath} />
        </div>
      ),
    },
    {
      id: 'look',
      title: t('importing.look.step'),
      question: t('importing.look.question'),
      help: t('importing.look.help'),
      chosen: inspection === null ? null : `${inspection.facts.architecture} · ${inspection.facts.quantization}`,
      answered: inspection !== null && inspection.neededBytes <= inspection.freeBytes && isServed(inspection.facts.purpose),
      content: inspection === null ? null : <LookStep inspection={inspection} />,
    },
    {
      id: 'name',
      title: t('importing.name.step'),
      question: t('importing.name.question'),
      help: t('importing.name.help'),
      chosen: target?.kind === 'new-model' ? target.name : (inspection?.candidates.find(({ modelId }) => modelId === target?.modelId)?.name ?? null),
      answered: target !== null && inspection !== null && !nameTaken,
      content: (
        <Stack gap="lg">
          <NameStep entries={entries} nameTaken={nameTaken} onChange={(part) => setEntries((before) => ({ ...before, ...part }))} />
          <ErrorNotice error={start.error} />
        </Stack>
      ),
    },
  ];
  return (
    <Page title={t('importing.title')} back={<BackLink to={{ screen: 'models' }} label={t('models.title')} />}>
      <Wizard
        title={t('importing.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('importing.verb')}
        finishing={start.running}
        dirty={entries.source !== null}
        onDiscard={leave}
        {...(command === undefined ? {} : { command })}
        footer={position.current === 0 && entries.source !== null ? <ChosenSource name={entries.fileName} icon={IconBox} checking={inspect.running ? t('importing.file.checking') : null} /> : null}
        onFinish={() => void finish()}
      />
    </Page>
  );
}

interface NameStepProps {
  entries: ImportEntries;
  nameTaken: boolean;
  onChange: (part: Partial<ImportEntries>) => void;
}

function NameStep({ entries, nameTaken, onChange }: NameStepProps) {
  const { t, format } = useTexts();
  const candidates = entries.inspection?.candidates ?? [];
  const candidate = candidates.find(({ modelId }) => modelId === entries.modelId);
  const file = entries.inspection?.fileName ?? entries.fileName;
  return (
    <Stack gap="lg" maw="40rem">
      {candidates.length > 0 && (
        <ChoiceCards
          label={t('importing.name.question')}
          value={entries.targetKind}
          onChange={(targetKind) => onChange({ targetKind })}
          choices={[
            { value: 'new-model', label: t('importing.name.newModel'), help: t('importing.name.newModelHelp') },
            {
              value: 'new-version',
              label: t('importing.name.newVersion'),
              help: t('importing.name.newVersionHelp'),
              recommended: entries.inspection !== null && likelyModel(entries.inspection) !== undefined,
            },
          ]}
        />
      )}
      {entries.targetKind === 'new-model' ? (
        <TextInput
          label={t('importing.name.label')}
          value={entries.name}
          maxLength={120}
          error={nameTaken ? t(candidates.length > 0 ? 'importing.name.taken' : 'importing.name.takenOther') : null}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      ) : (
        <Select
          label={t('importing.name.model')}
          data={candidates.map(({ modelId, name, versionCount }) => ({
            value: modelId,
            label: `${name} (${t('importing.name.versions', { count: versionCount })})`,
          }))}
          value={entries.modelId}
          allowDeselect={false}
          onChange={(modelId) => onChange({ modelId })}
        />
      )}
      <Textarea
        label={`${t('importing.name.notes')} (${t('common.optional')})`}
        description={t('importing.name.notesHelp')}
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={entries.notes}
        onChange={(event) => onChange({ notes: event.currentTarget.value })}
      />
      <p className={classes['summary']}>
        {entries.targetKind === 'new-version' && candidate !== undefined
          ? t('importing.name.summaryVersion', { file, name: candidate.name, number: format.number(candidate.versionCount + 1) })
          : t('importing.name.summaryNew', { file, name: entries.name.trim() })}
      </p>
    </Stack>
  );
}
