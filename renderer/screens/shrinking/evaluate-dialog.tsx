import { Button, Group, Modal, Select, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
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

/** What to compare, as far as it is settled already. */
export interface EvaluateSubject {
  modelId?: string;
  versionId?: string;
  parentVersionId?: string;
}

interface EvaluateDialogProps {
  /** Null keeps it closed. */
  subject: EvaluateSubject | null;
  onClose: () => void;
  /** Told the job; without it a toast offers to look at it. */
  onStarted?: (jobId: string) => void;
}

/** Measures a version against its parent or any other version of its model, with a text of the person's choice. */
export function EvaluateDialog({ subject, onClose, onStarted }: EvaluateDialogProps) {
  const { t } = useTexts();
  return (
    <Modal opened={subject !== null} onClose={onClose} size="40rem" title={t('comparisons.evaluate.title')} closeButtonProps={{ 'aria-label': t('common.close') }}>
      {subject !== null && <EvaluateForm subject={subject} onClose={onClose} {...(onStarted === undefined ? {} : { onStarted })} />}
    </Modal>
  );
}

function EvaluateForm({ subject, onClose, onStarted }: { subject: EvaluateSubject; onClose: () => void; onStarted?: (jobId: string) => void }) {
  const { t } = useTexts();
  const models = useModels();
  const several = (models.data ?? []).filter(({ versionCount, retired }) => versionCount > 1 && !retired);
  const [chosen, setChosen] = useState<string | null>(subject.modelId ?? null);
  const modelId = chosen ?? several[0]?.id ?? null;
  const model = useModel(modelId);
  return (
    <Stack gap="md">
      {subject.modelId === undefined && (
        <Select
          label={t('comparisons.evaluate.model')}
          data={several.map(({ id, name }) => ({ value: id, label: name }))}
          value={modelId}
          allowDeselect={false}
          onChange={setChosen}
        />
      )}
      {subject.modelId === undefined && models.data !== undefined && several.length === 0 && <Notice tone="info">{t('comparisons.evaluate.need')}</Notice>}
      {modelId !== null && (
        <QueryState query={model}>
          {(data) => (
            <VersionsForm
              key={data.id}
              model={data}
              subject={subject}
              onClose={onClose}
              onStarted={(jobId) => {
                onClose();
                if (onStarted !== undefined) onStarted(jobId);
                else {
                  showToast({
                    message: t('comparisons.evaluate.started'),
                    action: { label: t('comparisons.evaluate.show'), run: () => navigate({ screen: 'jobs', jobId }) },
                  });
                }
              }}
            />
          )}
        </QueryState>
      )}
    </Stack>
  );
}

interface VersionsFormProps {
  model: ModelDetail;
  subject: EvaluateSubject;
  onClose: () => void;
  onStarted: (jobId: string) => void;
}

function VersionsForm({ model, subject, onClose, onStarted }: VersionsFormProps) {
  const { t } = useTexts();
  const [versionId, setVersionId] = useState(() => subject.versionId ?? firstToMeasure(model.versions)?.id ?? null);
  const [parentId, setParentId] = useState<string | null>(subject.parentVersionId ?? null);
  const [draft, setDraft] = useState(measureDraftFor('held-out'));
  const version = model.versions.find(({ id }) => id === versionId);
  const others = model.versions.filter(({ id }) => id !== versionId);
  const ownParentId = version?.lineage?.parentVersionId ?? null;
  const usualParent = others.find(({ id }) => id === ownParentId) ?? bestSource(others) ?? newest(others);
  const against = others.some(({ id }) => id === parentId) ? parentId : (usualParent?.id ?? null);
  const input = measureInput(draft, 'held-out', t('shrinking.text.inlineName'));
  const start = useCommand((wanted: Parameters<typeof client.quantization.evaluate>[0]) => client.quantization.evaluate(wanted));
  const { forget } = start;
  useEffect(() => forget(), [versionId, parentId, draft, forget]);
  if (others.length === 0) return <Notice tone="info">{t('comparisons.evaluate.need')}</Notice>;
  const option = ({ id, number, facts }: ModelVersion, note = ''): { value: string; label: string } => ({
    value: id,
    label: `${t('comparisons.parent', { number, quantization: facts.quantization })}${note}`,
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        event.stopPropagation();
        if (versionId === null || against === null || input === null) return;
        void start.run({ versionId, parentVersionId: against, ...input }).then((job) => job !== undefined && onStarted(job.jobId));
      }}
    >
      <Stack gap="md">
        <Group gap="md" grow align="flex-start">
          <Select
            label={t('comparisons.evaluate.version')}
            data={newestFirst(model.versions).map((each) => option(each))}
            value={versionId}
            allowDeselect={false}
            onChange={setVersionId}
          />
          <Select
            label={t('comparisons.evaluate.against')}
            data={newestFirst(others).map((each) => option(each, each.id === ownParentId ? ` · ${t('comparisons.evaluate.parentNote')}` : ''))}
            value={against}
            allowDeselect={false}
            onChange={setParentId}
          />
        </Group>
        <MeasureTextChoice draft={draft} bundled="held-out" disabled={start.running} onChange={setDraft} />
        <Text size="sm" c="dimmed">
          {t('comparisons.evaluate.body')}
        </Text>
        <ErrorNotice error={start.error} />
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="submit" loading={start.running} disabled={against === null || input === null}>
            {t('comparisons.evaluate.verb')}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** What was made here most recently is what one wants to know about. */
function firstToMeasure(versions: readonly ModelVersion[]): ModelVersion | null {
  return newest(versions.filter(({ lineage }) => lineage !== null)) ?? newest(versions);
}

function newestFirst(versions: readonly ModelVersion[]): ModelVersion[] {
  return versions.toSorted((a, b) => b.number - a.number);
}
