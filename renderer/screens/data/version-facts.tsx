import { Button, Group, Stack, Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useMay } from '../../state/session.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { showToast } from '../../ui/toast.tsx';
import classes from './data.module.css';
import { ProblemsList } from './problems-list.tsx';
import { readingLine } from './reading-words.ts';

/** Everything about a version but its rows: where it is from, how it was read, what was left out; beside it licence, notes, models. */
export function VersionFacts({ version, whole = false }: { version: DatasetVersion; whole?: boolean }) {
  const { t, format } = useTexts();
  const { kinds, splits } = version;
  const counted = (count: number) => ({ count, total: format.number(count) });
  const kindTexts = [...(kinds.chat > 0 ? [t('data.versions.kindsChat', counted(kinds.chat))] : []), ...(kinds.text > 0 ? [t('data.versions.kindsText', counted(kinds.text))] : [])];
  const facts = (
      <Panel title={t('data.versions.facts', { number: format.number(version.number) })}>
        <Stack gap="md">
          <KeyValueList
            items={[
              { key: 'kinds', label: t('data.versions.kinds'), value: `${kindTexts.join(t('common.listSeparator'))} (${format.bytes(version.textBytes)})` },
              ...(['train', 'validation', 'test'] as const).map((split) => ({
                key: split,
                label: t(`data.splits.${split}`),
                value: t('data.rows.total', counted(splits[split])),
                explain: t(`data.splitsExplain.${split}`),
              })),
              { key: 'source', label: t('data.versions.source'), value: version.sourceName },
              { key: 'reading', label: t('data.versions.reading'), value: readingLine(version.reading, t) },
              { key: 'when', label: t('data.versions.when'), value: format.dateTime(version.createdAtMs) },
              { key: 'who', label: t('data.versions.who'), value: version.createdBy },
              {
                key: 'leftOut',
                label: t('data.versions.leftOut'),
                value: t('data.versions.leftOutValue', { duplicates: format.number(version.duplicateCount), problems: format.number(version.problemCount) }),
              },
              { key: 'hash', label: t('data.versions.hash'), value: <CopyField value={version.sha256} label={t('data.versions.hash')} />, explain: t('data.versions.hashExplain') },
            ]}
          />
          {version.problemCount > 0 && <ProblemsList problems={version.problems} count={version.problemCount} />}
        </Stack>
      </Panel>
  );
  if (!whole) return facts;
  return (
    <div className={classes['pair']}>
      {facts}
      <div className={classes['stack']}>
        <TrainedPanel version={version} />
        <NotesPanel version={version} />
      </div>
    </div>
  );
}

function TrainedPanel({ version }: { version: DatasetVersion }) {
  const { t } = useTexts();
  return (
    <Panel title={t('data.versions.trainedTitle')}>
      {version.trained.length === 0 ? (
        <p className={classes['dim']}>{t('data.versions.trainedNone')}</p>
      ) : (
        <ul className={classes['plainList']}>
          {version.trained.map(({ modelId, modelName, versionId, versionNumber }) => (
            <li key={versionId}>
              <RouteLink to={{ screen: 'model', modelId }}>{t('data.versions.trainedModel', { model: modelName, version: versionNumber })}</RouteLink>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function NotesPanel({ version }: { version: DatasetVersion }) {
  const { t } = useTexts();
  const mayManage = useMay('data.manage');
  const [draft, setDraft] = useState<{ licence: string; notes: string } | null>(null);
  const annotate = useCommand((input: { licence: string; notes: string }) => client.datasets.annotate({ versionId: version.id, ...input }));
  const edit = mayManage && draft === null && (
    <Button variant="subtle" onClick={() => setDraft({ licence: version.licence, notes: version.notes })} aria-label={t('data.versions.notesEdit')}>
      {t('common.edit')}
    </Button>
  );
  const save = async (): Promise<void> => {
    if (draft === null || (await annotate.run({ licence: draft.licence.trim(), notes: draft.notes.trim() })) === undefined) return;
    setDraft(null);
    showToast({ message: t('data.versions.saved') });
  };
  return (
    <Panel title={t('data.versions.notes')} actions={edit}>
      {draft === null ? (
        <Stack gap="xs">
          <p className={version.licence === '' ? classes['dim'] : classes['notes']}>
            {version.licence === '' ? t('data.versions.licenceNone') : t('common.labelled', { label: t('data.versions.licence'), value: version.licence })}
          </p>
          <p className={version.notes === '' ? classes['dim'] : classes['notes']}>{version.notes === '' ? t('data.versions.notesNone') : version.notes}</p>
        </Stack>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void save();
          }}
        >
          <Stack gap="sm">
            <TextInput
              label={t('data.target.licence')}
              value={draft.licence}
              maxLength={200}
              autoFocus
              onChange={(event) => setDraft({ ...draft, licence: event.currentTarget.value })}
            />
            <Textarea
              label={t('data.target.notes')}
              autosize
              minRows={4}
              maxRows={16}
              maxLength={10_000}
              value={draft.notes}
              onChange={(event) => setDraft({ ...draft, notes: event.currentTarget.value })}
            />
            <ErrorNotice error={annotate.error} />
            <Group gap="xs" justify="flex-end">
              <Button
                variant="default"
                onClick={() => {
                  annotate.forget();
                  setDraft(null);
                }}
              >
                {t('common.cancel')}
              </Button>
              <Button type="submit" loading={annotate.running}>
                {t('common.save')}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Panel>
  );
}
