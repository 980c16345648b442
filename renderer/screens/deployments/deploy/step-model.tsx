import { Button, Select, Stack, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useEffect, useEffectEvent, useState } from 'react';
import { isServed } from '../../../../main/contract/models.contract.ts';
import type { ModelDetail, ModelSummary } from '../../../../main/contract/models.contract.ts';
import { client } from '../../../client/connection.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { useModels } from '../../../state/lists.ts';
import { navigate } from '../../../state/navigation.ts';
import { useQuery } from '../../../state/queries.ts';
import { useMay } from '../../../state/session.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../../ui/error-notice.tsx';
import { Notice } from '../../../ui/notice.tsx';
import { QueryState } from '../../../ui/query-state.tsx';
import type { ChosenVersion } from './deploy-draft.ts';

/** As many cards as one can look over; the field above finds the others. */
const CARDS = 20;
const FILTER_FROM = 8;

interface StepModelProps {
  version: ChosenVersion | null;
  onChoose: (version: ChosenVersion) => void;
  /** Where the wizard was opened from a model. */
  wanted: { modelId?: string; versionId?: string };
}

/** Models that may be deployed, the recommended one first: not in use yet, then the newest. */
export function deployableModels(models: readonly ModelSummary[]): ModelSummary[] {
  return models
    .filter((model) => !model.retired && isServed(model.purpose))
    .sort((a, b) => Number(a.deploymentCount > 0) - Number(b.deploymentCount > 0) || b.createdAtMs - a.createdAtMs);
}

/** Which model and version shall answer. The newest version is taken until another one is chosen. */
export function StepModel({ version, onChoose, wanted }: StepModelProps) {
  const { t, format } = useTexts();
  const models = useModels();
  const mayImport = useMay('models.manage');
  const [modelId, setModelId] = useState<string | null>(version?.modelId ?? wanted.modelId ?? null);
  const [filter, setFilter] = useState('');
  const usable = deployableModels(models.data ?? []);
  const first = usable[0];
  // A model may have been retired or deleted since the page was opened.
  const known = usable.some(({ id }) => id === modelId);
  const current = known ? modelId : (first?.id ?? null);
  const gone = models.data !== undefined && modelId !== null && !known;
  const found = usable.filter(({ name }) => name.toLowerCase().includes(filter.trim().toLowerCase()));
  const shown = found.slice(0, CARDS);
  return (
    <QueryState query={models}>
      {() =>
        usable.length === 0 ? (
          <Stack gap="md" align="flex-start">
            <Notice tone="info">{t('deployments.wizard.model.none')}</Notice>
            {mayImport && <Button onClick={() => navigate({ screen: 'import' })}>{t('deployments.empty.importModel')}</Button>}
          </Stack>
        ) : (
          <Stack gap="md">
            {gone && <Notice tone="look">{t('deployments.wizard.model.missing')}</Notice>}
            {usable.length >= FILTER_FROM && (
              <TextInput
                aria-label={t('deployments.wizard.model.filter')}
                placeholder={t('deployments.wizard.model.filter')}
                leftSection={<IconSearch size={16} aria-hidden />}
                maw="24rem"
                value={filter}
                onChange={(event) => setFilter(event.currentTarget.value)}
              />
            )}
            <ChoiceCards
              label={t('deployments.wizard.model.question')}
              value={current}
              onChange={setModelId}
              choices={shown.map((model) => ({
                value: model.id,
                label: model.name,
                recommended: model.id === first?.id,
                help: modelLine(isServed(model.purpose) && model.purpose !== 'text-generation' ? t(`textVectors.kinds.${model.purpose}`) : null, t('deployments.wizard.model.line', {
                  quantization: model.quantization,
                  parameters: format.count(model.parameterCount),
                  size: format.bytes(model.sizeBytes),
                }), model.deploymentCount > 0 ? t('deployments.wizard.model.inUse') : null),
              }))}
            />
            {found.length === 0 && <p>{t('deployments.wizard.model.nothingFound')}</p>}
            {found.length > CARDS && <p>{t('deployments.wizard.model.more', { left: format.number(found.length - CARDS) })}</p>}
            {current !== null && <VersionChoice key={current} modelId={current} version={version} onChoose={onChoose} wantedId={wanted.versionId} />}
          </Stack>
        )
      }
    </QueryState>
  );
}

function modelLine(...parts: (string | null)[]): string {
  return parts.filter((part) => part !== null).join(' · ');
}

interface VersionChoiceProps {
  modelId: string;
  version: ChosenVersion | null;
  wantedId: string | undefined;
  onChoose: (version: ChosenVersion) => void;
}

/** The versions of the chosen model. With only one there is nothing to choose, and nothing is shown. */
function VersionChoice({ modelId, version, wantedId, onChoose }: VersionChoiceProps) {
  const { t, format } = useTexts();
  const model = useQuery(`model/${modelId}`, (signal) => client.models.get({ modelId }, { signal }), { topics: ['models'] });
  const { data } = model;
  const takeFrom = useEffectEvent((known: ModelDetail) => {
    if (version?.modelId === modelId) return;
    const taken = known.versions.find(({ id }) => id === wantedId) ?? newestOf(known);
    if (taken !== undefined) onChoose(chosenOf(known, taken.id));
  });
  useEffect(() => {
    if (data !== undefined) takeFrom(data);
  }, [data]);
  if (model.error !== null && data === undefined) return <ErrorNotice error={model.error} onRetry={model.refetch} />;
  if (data === undefined || data.versions.length < 2) return null;
  const newest = newestOf(data);
  return (
    <Select
      label={t('deployments.wizard.model.version')}
      allowDeselect={false}
      maw="36rem"
      value={version?.modelId === modelId ? version.versionId : null}
      data={[...data.versions]
        .sort((a, b) => b.number - a.number)
        .map((each) => ({
          value: each.id,
          label: [
            t('deployments.wizard.model.versionLine', {
              number: each.number,
              quantization: each.facts.quantization,
              size: format.bytes(each.sizeBytes),
              date: format.date(each.importedAtMs),
            }),
            ...(each.id === newest?.id ? [t('deployments.wizard.model.newest')] : []),
          ].join(' · '),
        }))}
      onChange={(versionId) => versionId !== null && onChoose(chosenOf(data, versionId))}
    />
  );
}

function newestOf(model: ModelDetail) {
  return model.versions.toSorted((a, b) => b.number - a.number)[0];
}

/** What the later steps say about a version. */
export function chosenOf(model: ModelDetail, versionId: string): ChosenVersion {
  const version = model.versions.find(({ id }) => id === versionId);
  return {
    modelId: model.id,
    modelName: model.name,
    versionId,
    versionNumber: version?.number ?? 1,
    quantization: version?.facts.quantization ?? '',
    hasChatTemplate: version?.facts.chatTemplate.present ?? true,
    purpose: version !== undefined && isServed(version.facts.purpose) ? version.facts.purpose : 'text-generation',
  };
}
