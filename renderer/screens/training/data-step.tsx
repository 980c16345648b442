import { Button, Select, Stack } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import type { DatasetDetail, DatasetSummary, DatasetVersion } from '../../../main/contract/datasets.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { useDatasets } from '../../state/training.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import type { ChosenData } from './train-draft.ts';
import classes from './training.module.css';
import { chosenData, useAllDatasetVersions, useDataset } from './use-train-wizard.ts';

interface DataStepProps {
  data: ChosenData | null;
  /** Data set or version of one in the address the wizard was opened with. */
  wantedId: string | undefined;
  onChoose: (data: ChosenData) => void;
}

/** Which data set, and which of its versions. The newest is chosen until the person takes another. */
export function DataStep(props: DataStepProps) {
  const { t } = useTexts();
  const datasets = useDatasets();
  const { wantedId } = props;
  const known = datasets.data?.find(({ id, latestVersionId }) => id === wantedId || latestVersionId === wantedId);
  const seeks = props.data === null && wantedId !== undefined && datasets.data !== undefined && known === undefined;
  const all = useAllDatasetVersions(seeks);
  if (seeks && all.data === undefined && all.error === null) return null;
  const wanted = known?.id ?? all.data?.find(({ id }) => id === wantedId)?.datasetId ?? null;
  const gone = seeks && wanted === null;
  return (
    <QueryState query={datasets}>
      {(rows) => {
        if (rows.length === 0) return <NoData />;
        return (
          <Stack gap="md">
            {gone && <Notice tone="look">{t('training.wizard.data.missing')}</Notice>}
            <DatasetChoice {...props} datasets={rows.toSorted((a, b) => b.createdAtMs - a.createdAtMs)} first={wanted} />
          </Stack>
        );
      }}
    </QueryState>
  );
}

function NoData() {
  const { t } = useTexts();
  const mayImport = useMay('data.manage');
  return (
    <Stack gap="md" align="flex-start">
      <Notice tone="info">{t('training.wizard.data.none')}</Notice>
      {mayImport && <Button onClick={() => navigate({ screen: 'import-data' })}>{t('training.wizard.data.noneButton')}</Button>}
    </Stack>
  );
}

function DatasetChoice({ datasets, first, ...props }: DataStepProps & { datasets: readonly DatasetSummary[]; first: string | null }) {
  const { t } = useTexts();
  const [chosen, setChosen] = useState<string | null>(props.data?.datasetId ?? first);
  const datasetId = datasets.some(({ id }) => id === chosen) ? chosen : (datasets[0]?.id ?? null);
  return (
    <>
      {datasets.length > 1 && (
        <Select
          label={t('training.wizard.data.dataset')}
          maw="36rem"
          searchable
          nothingFoundMessage={t('training.wizard.data.nothingFound')}
          allowDeselect={false}
          value={datasetId}
          data={datasets.map(({ id, name }) => ({ value: id, label: name }))}
          onChange={setChosen}
        />
      )}
      {datasetId !== null && <DataVersions key={datasetId} {...props} datasetId={datasetId} />}
    </>
  );
}

function DataVersions({ datasetId, data, wantedId, onChoose }: DataStepProps & { datasetId: string }) {
  const { t, format } = useTexts();
  const dataset = useDataset(datasetId);
  const known = dataset.data;
  const takeFrom = useEffectEvent(({ versions }: DatasetDetail) => {
    const taken = versions.find(({ id }) => id === data?.versionId) ?? versions.find(({ id }) => id === wantedId) ?? versions[0];
    if (taken !== undefined && taken.id !== data?.versionId) onChoose(chosenData(taken));
  });
  useEffect(() => {
    if (known !== undefined) takeFrom(known);
  }, [known]);
  const line = ({ splits, textBytes, createdAtMs }: DatasetVersion): string =>
    t('training.wizard.data.line', {
      train: format.number(splits.train),
      validation: format.number(splits.validation),
      size: format.bytes(textBytes),
      date: format.date(createdAtMs),
    });
  return (
    <QueryState query={dataset}>
      {({ name, versions }) => (
        <section className={classes['stack']} aria-label={t('training.wizard.data.versions', { name })}>
          <h3 className={classes['sectionTitle']}>{t('training.wizard.data.versions', { name })}</h3>
          <ChoiceCards
            label={t('training.wizard.data.versions', { name })}
            value={data?.versionId ?? null}
            onChange={(id) => {
              const taken = versions.find((each) => each.id === id);
              if (taken !== undefined) onChoose(chosenData(taken));
            }}
            choices={versions.map((each, place) => ({
              value: each.id,
              label: t('training.wizard.data.version', { number: each.number }),
              recommended: place === 0 && versions.length > 1,
              help: line(each),
            }))}
          />
          {data?.validationRows === 0 && <Notice tone="look">{t('training.wizard.data.noValidation')}</Notice>}
        </section>
      )}
    </QueryState>
  );
}
