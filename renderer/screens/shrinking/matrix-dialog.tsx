import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { ModelDetail } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { showToast } from '../../ui/toast.tsx';
import { measureDraftFor, measureInput } from './measure-draft.ts';
import { MeasureTextChoice } from './measure-text.tsx';
import { useModel } from './use-model.ts';
import { bestSource, newest } from './version-choice.ts';

export type MatrixSource = 'compute' | 'import';

/** Computes an importance matrix as a job, or takes one from a file. */
export function MatrixDialog({ source, onClose }: { source: MatrixSource | null; onClose: () => void }) {
  const { t } = useTexts();
  return (
    <Modal
      opened={source !== null}
      onClose={onClose}
      size="40rem"
      title={source === null ? '' : t(`shrinking.matrices.${source}Title`)}
      closeButtonProps={{ 'aria-label': t('common.close') }}
    >
      {source !== null && <MatrixForm source={source} onClose={onClose} />}
    </Modal>
  );
}

function MatrixForm({ source, onClose }: { source: MatrixSource; onClose: () => void }) {
  const { t } = useTexts();
  const models = useModels();
  const usable = (models.data ?? []).filter(({ retired, purpose }) => !retired && purpose === 'text-generation');
  const [chosen, setChosen] = useState<string | null>(null);
  const modelId = chosen ?? usable[0]?.id ?? null;
  const model = useModel(modelId);
  if (models.data !== undefined && usable.length === 0) return <Notice tone="info">{t('shrinking.version.none')}</Notice>;
  return (
    <Stack gap="md">
      <Select
        label={t('shrinking.matrices.model')}
        data={usable.map(({ id, name }) => ({ value: id, label: name }))}
        value={modelId}
        allowDeselect={false}
        searchable={usable.length > 8}
        onChange={setChosen}
      />
      {modelId !== null && <QueryState query={model}>{(data) => <VersionForm key={data.id} source={source} model={data} onClose={onClose} />}</QueryState>}
    </Stack>
  );
}

function VersionForm({ source, model, onClose }: { source: MatrixSource; model: ModelDetail; onClose: () => void }) {
  const { t } = useTexts();
  const [versionId, setVersionId] = useState((bestSource(model.versions) ?? newest(model.versions))?.id ?? null);
  const [draft, setDraft] = useState(measureDraftFor('calibration'));
  const [path, setPath] = useState('');
  const input = measureInput(draft, 'calibration', t('shrinking.text.inlineName'));
  const wantedPath = path.trim().replace(/^"(.*)"$/, '$1');
  const ready = versionId !== null && (source === 'compute' ? input !== null : wantedPath !== '');
  const go = useCommand(async () => {
    if (versionId === null) return;
    if (source === 'import') {
      await client.quantization.importMatrix({ versionId, path: wantedPath });
      showToast({ message: t('shrinking.matrices.importDone') });
    } else if (input !== null) {
      const { jobId } = await client.quantization.computeMatrix({ versionId, ...input });
      showToast({ message: t('shrinking.matrices.computeStarted'), action: { label: t('comparisons.evaluate.show'), run: () => navigate({ screen: 'jobs', jobId }) } });
    }
    onClose();
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (ready) void go.run();
      }}
    >
      <Stack gap="md">
        <Select
          label={t('shrinking.matrices.version')}
          data={model.versions
            .toSorted((a, b) => b.number - a.number)
            .map(({ id, number, facts }) => ({ value: id, label: t('comparisons.parent', { number, quantization: facts.quantization }) }))}
          value={versionId}
          allowDeselect={false}
          onChange={setVersionId}
        />
        {source === 'compute' ? (
          <MeasureTextChoice draft={draft} bundled="calibration" disabled={go.running} onChange={setDraft} />
        ) : (
          <TextInput
            label={t('shrinking.matrix.path')}
            description={t('shrinking.matrix.pathHelp')}
            value={path}
            spellCheck={false}
            data-autofocus
            onChange={(event) => setPath(event.currentTarget.value)}
          />
        )}
        <ErrorNotice error={go.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={go.running} disabled={!ready}>
            {t(`shrinking.matrices.${source}Verb`)}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
