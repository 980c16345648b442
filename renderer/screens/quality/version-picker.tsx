import { Button, Select, Stack } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ModelDetail, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { useModel, useModelOfVersion } from '../shrinking/use-model.ts';
import { newest } from '../shrinking/version-choice.ts';

/** The version a wizard measures, with what its later steps say about it. */
export interface ChosenVersion {
  modelId: string;
  modelName: string;
  versionId: string;
  versionNumber: number;
  quantization: string;
  sizeBytes: number;
  /** Tokens it was trained for; 0 where the file does not say. */
  contextLength: number;
}

interface VersionPickerProps {
  version: ChosenVersion | null;
  /** Version in the address the wizard was opened with. */
  wantedId: string | undefined;
  onChoose: (version: ChosenVersion) => void;
}

function chosenOf(model: ModelDetail, version: ModelVersion): ChosenVersion {
  return {
    modelId: model.id,
    modelName: model.name,
    versionId: version.id,
    versionNumber: version.number,
    quantization: version.facts.quantization,
    sizeBytes: version.sizeBytes,
    contextLength: version.facts.contextLength,
  };
}

/** Which model and which version, the newest of the newest unless another is chosen. */
export function VersionPicker({ version, wantedId, onChoose }: VersionPickerProps) {
  const { t } = useTexts();
  const models = useModels();
  const mayImport = useMay('models.manage');
  const wanted = useModelOfVersion(version === null ? wantedId : undefined);
  const [chosenId, setChosenId] = useState<string | null>(version?.modelId ?? null);
  if (version === null && wantedId !== undefined && wanted.data === undefined && wanted.error === null) return null;
  const gone = version === null && wanted.data === null;
  return (
    <QueryState query={models}>
      {(all) => {
        const usable = all.filter((model) => !model.retired && model.purpose === 'text-generation').toSorted((a, b) => b.createdAtMs - a.createdAtMs);
        const modelId = [chosenId, version?.modelId, wanted.data?.id, usable[0]?.id].find((id) => usable.some((model) => model.id === id)) ?? null;
        if (modelId === null) {
          return (
            <Stack gap="md" align="flex-start">
              <Notice tone="info">{t('quality.measure.subject.noModel')}</Notice>
              {mayImport && <Button onClick={() => navigate({ screen: 'import' })}>{t('quality.measure.subject.importModel')}</Button>}
            </Stack>
          );
        }
        return (
          <Stack gap="md">
            {gone && <Notice tone="look">{t('quality.measure.subject.gone')}</Notice>}
            <Select
              label={t('quality.measure.subject.model')}
              searchable
              allowDeselect={false}
              maw="36rem"
              value={modelId}
              data={usable.map(({ id, name, quantization }) => ({ value: id, label: `${name} · ${quantization}` }))}
              onChange={setChosenId}
            />
            <VersionSelect key={modelId} modelId={modelId} version={version} wantedId={wantedId} onChoose={onChoose} />
          </Stack>
        );
      }}
    </QueryState>
  );
}

function VersionSelect({ modelId, version, wantedId, onChoose }: VersionPickerProps & { modelId: string }) {
  const { t, format } = useTexts();
  const model = useModel(modelId);
  const { data } = model;
  const takeFrom = useEffectEvent((known: ModelDetail) => {
    if (known.versions.some(({ id }) => id === version?.versionId)) return;
    const taken = known.versions.find(({ id }) => id === wantedId) ?? newest(known.versions);
    if (taken !== null && taken !== undefined) onChoose(chosenOf(known, taken));
  });
  useEffect(() => {
    if (data !== undefined) takeFrom(data);
  }, [data]);
  return (
    <QueryState query={model}>
      {(known) => {
        const last = newest(known.versions);
        return (
          <Select
            label={t('quality.measure.subject.versionLabel')}
            allowDeselect={false}
            maw="36rem"
            value={known.versions.find(({ id }) => id === version?.versionId)?.id ?? null}
            data={known.versions
              .toSorted((a, b) => b.number - a.number)
              .map((each) => ({
                value: each.id,
                label: [
                  t('deployments.wizard.model.versionLine', {
                    number: each.number,
                    quantization: each.facts.quantization,
                    size: format.bytes(each.sizeBytes),
                    date: format.date(each.importedAtMs),
                  }),
                  ...(each.id === last?.id ? [t('deployments.wizard.model.newest')] : []),
                ].join(' · '),
              }))}
            onChange={(id) => {
              const taken = known.versions.find((each) => each.id === id);
              if (taken !== undefined) onChoose(chosenOf(known, taken));
            }}
          />
        );
      }}
    </QueryState>
  );
}
