import { Select, Stack, Textarea, TextInput } from '@mantine/core';
import type { DatasetSummary } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { likelyDataset, nameTaken } from './data-draft.ts';
import type { DataDraft } from './data-draft.ts';
import { SharesField } from './shares-field.tsx';

interface TargetStepProps {
  draft: DataDraft;
  datasets: readonly DatasetSummary[];
  onChange: (part: Partial<DataDraft>) => void;
}

/** A new data set with its split, or a further version of one; licence and notes. */
export function TargetStep({ draft, datasets, onChange }: TargetStepProps) {
  const { t } = useTexts();
  const rowCount = draft.preview?.rowCount ?? 0;
  const dataset = datasets.find(({ id }) => id === draft.datasetId);
  const isNew = draft.targetKind === 'new-dataset';
  return (
    <Stack gap="lg">
      {datasets.length > 0 && (
        <ChoiceCards
          label={t('data.target.question')}
          value={draft.targetKind}
          onChange={(targetKind) => onChange({ targetKind, datasetId: draft.datasetId ?? datasets[0]?.id ?? null })}
          choices={[
            { value: 'new-dataset', label: t('data.target.newDataset'), help: t('data.target.newDatasetHelp') },
            { value: 'new-version', label: t('data.target.newVersion'), help: t('data.target.newVersionHelp'), recommended: draft.preview !== null && likelyDataset(draft.preview, datasets) !== undefined },
          ]}
        />
      )}
      {isNew ? (
        <TextInput
          label={t('data.target.name')}
          maw="40rem"
          value={draft.name}
          maxLength={120}
          error={nameTaken(draft, datasets) ? t('data.target.taken') : null}
          onChange={(event) => onChange({ name: event.currentTarget.value })}
        />
      ) : (
        <Select
          label={t('data.target.dataset')}
          maw="40rem"
          data={datasets.map(({ id, name, versionCount }) => ({ value: id, label: `${name} (${t('data.target.versions', { count: versionCount })})` }))}
          value={dataset?.id ?? null}
          allowDeselect={false}
          searchable={datasets.length > 8}
          onChange={(datasetId) => onChange({ datasetId })}
        />
      )}
      {isNew ? (
        <SharesField shares={draft.shares} rowCount={rowCount} onShares={(shares) => onChange({ shares })} />
      ) : (
        dataset !== undefined && <SharesField shares={dataset.shares} rowCount={rowCount} />
      )}
      <TextInput
        label={`${t('data.target.licence')} (${t('common.optional')})`}
        description={t('data.target.licenceHelp')}
        maw="40rem"
        value={draft.licence}
        maxLength={200}
        onChange={(event) => onChange({ licence: event.currentTarget.value })}
      />
      <Textarea
        label={`${t('data.target.notes')} (${t('common.optional')})`}
        description={t('data.target.notesHelp')}
        maw="40rem"
        autosize
        minRows={2}
        maxRows={8}
        maxLength={10_000}
        value={draft.notes}
        onChange={(event) => onChange({ notes: event.currentTarget.value })}
      />
    </Stack>
  );
}
