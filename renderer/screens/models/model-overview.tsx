import { Button, Group, Select, Textarea } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { useMay } from '../../state/session.ts';
import { CopyField } from '../../ui/copy-field.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { KeyValueList } from '../../ui/key-value-list.tsx';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Panel } from '../../ui/panel.tsx';
import { RouteLink } from '../../ui/route-link.tsx';
import { ModelAdapters } from '../adapters/model-adapters.tsx';
import { DerivationPanel } from '../shrinking/lineage.tsx';
import { ModelFactsList } from './model-facts.tsx';
import classes from './models.module.css';

interface ModelOverviewProps {
  model: ModelDetail;
  version: ModelVersion;
  versions: readonly ModelVersion[];
  onVersion: (versionId: string) => void;
}

/** What the model is, its file, notes, and who uses it. */
export function ModelOverview({ model, version, versions, onVersion }: ModelOverviewProps) {
  const { t } = useTexts();
  const choice = versions.length > 1 && (
    <Select
      aria-label={t('models.detail.versionChoice')}
      data={versions.map(({ id, number }, place) => ({
        value: id,
        label: `${t('models.detail.version', { number })}${place === 0 ? ` (${t('models.detail.newest')})` : ''}`,
      }))}
      value={version.id}
      allowDeselect={false}
      onChange={(id) => id !== null && onVersion(id)}
    />
  );
  return (
    <div className={classes['overview']}>
      <div className={classes['column']}>
        <Panel title={t('models.detail.facts')} actions={choice}>
          <ModelFactsList facts={version.facts} need={version.need} sizeBytes={version.sizeBytes} />
        </Panel>
        <FilePanel version={version} />
        {version.lineage !== null && <DerivationPanel lineage={version.lineage} />}
      </div>
      <div className={classes['column']}>
        <UsedInPanel model={model} />
        {version.facts.purpose === 'text-generation' && <ModelAdapters modelId={model.id} />}
        <NotesPanel model={model} />
      </div>
    </div>
  );
}

function FilePanel({ version }: { version: ModelVersion }) {
  const { t, format } = useTexts();
  const items: KeyValue[] = [
    { key: 'source', label: t('models.detail.source'), value: version.sourceName },
    { key: 'imported', label: t('models.detail.importedAt'), value: format.dateTime(version.importedAtMs) },
    { key: 'by', label: t('models.detail.importedBy'), value: version.importedBy },
    {
      key: 'storage',
      label: t('models.detail.storage'),
      value: t(`models.storage.${version.storageMethod}`),
      explain: t('models.detail.storageExplain'),
    },
    ...(version.partCount > 1 ? [{ key: 'parts', label: t('models.detail.parts'), value: format.number(version.partCount) }] : []),
    ...(version.trial === null
      ? []
      : [
          {
            key: 'trial',
            label: t('models.detail.trial'),
            value: t('models.detail.trialValue', {
              time: format.duration(version.trial.loadMs),
              memory: format.bytes(version.trial.peakRssBytes),
            }),
          },
        ]),
    { key: 'hash', label: t('models.detail.hash'), value: <CopyField value={version.sha256} label={t('models.detail.hash')} /> },
  ];
  // A model that holds no conversation has no use for the form of one, though its file may carry it.
  const template = version.facts.purpose === 'text-generation' ? version.facts.chatTemplate.text : null;
  return (
    <Panel title={t('models.detail.file')}>
      <KeyValueList items={items} />
      {template !== null && (
        <details>
          <summary className={classes['summary']}>{t('models.detail.templateShow')}</summary>
          <Textarea
            aria-label={t('models.detail.template')}
            classNames={{ input: classes['template'] ?? '' }}
            readOnly
            autosize
            maxRows={18}
            value={template}
          />
        </details>
      )}
    </Panel>
  );
}

function UsedInPanel({ model }: { model: ModelDetail }) {
  const { t } = useTexts();
  const uses = model.versions.flatMap((version) => version.deployments.map((deployment) => ({ ...deployment, number: version.number })));
  return (
    <Panel title={t('models.detail.usedIn')}>
      {uses.length === 0 ? (
        <p className={classes['dim']}>{t('models.detail.usedInNone')}</p>
      ) : (
        <ul className={classes['used']}>
          {uses.map(({ id, name, number }) => (
            <li key={id}>
              <RouteLink to={{ screen: 'deployment', deploymentId: id }}>{name}</RouteLink>{' '}
              <span className={classes['dim']}>{t('models.detail.version', { number })}</span>
            </li>
          ))}
        </ul>
      )}
    </Panel>
  );
}

function NotesPanel({ model }: { model: ModelDetail }) {
  const { t } = useTexts();
  const mayManage = useMay('models.manage');
  const [draft, setDraft] = useState<string | null>(null);
  const annotate = useCommand((notes: string) => client.models.annotate({ modelId: model.id, notes }));
  useEffect(() => setDraft(null), [model.id]);
  const edit = mayManage && draft === null && (
    <Button variant="subtle" onClick={() => setDraft(model.notes)} aria-label={t('models.detail.notesEdit')}>
      {t('common.edit')}
    </Button>
  );
  return (
    <Panel title={t('models.detail.notes')} actions={edit}>
      {draft === null ? (
        <p className={model.notes === '' ? classes['dim'] : classes['notes']}>{model.notes === '' ? t('models.detail.notesNone') : model.notes}</p>
      ) : (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            void annotate.run(draft).then((saved) => saved !== undefined && setDraft(null));
          }}
        >
          <Textarea
            aria-label={t('models.detail.notes')}
            autosize
            minRows={4}
            maxRows={16}
            maxLength={10_000}
            value={draft}
            data-autofocus
            autoFocus
            onChange={(event) => setDraft(event.currentTarget.value)}
          />
          <ErrorNotice error={annotate.error} />
          <Group gap="xs" mt="sm" justify="flex-end">
            <Button variant="default" onClick={() => setDraft(null)}>
              {t('common.cancel')}
            </Button>
            <Button type="submit" loading={annotate.running}>
              {t('common.save')}
            </Button>
          </Group>
        </form>
      )}
    </Panel>
  );
}
