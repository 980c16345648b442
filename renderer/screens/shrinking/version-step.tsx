import { Button, Select, Stack } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import type { ReactNode } from 'react';
import type { ModelDetail, ModelSummary, ModelVersion } from '../../../main/contract/models.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useModels } from '../../state/lists.ts';
import { navigate } from '../../state/navigation.ts';
import { useMay } from '../../state/session.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { Notice } from '../../ui/notice.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { lineageLine } from './lineage.tsx';
import { shrinkVersionOf } from './shrink-version.ts';
import type { ShrinkVersion } from './shrink-version.ts';
import { useModel, useModelOfVersion } from './use-model.ts';
import { bestSource, isQuantized, newest } from './version-choice.ts';
import classes from './shrinking.module.css';

interface VersionStepProps {
  version: ShrinkVersion | null;
  /** Version in the address the wizard was opened with. */
  wantedId: string | undefined;
  onChoose: (version: ShrinkVersion) => void;
  /** What it says where there is no model; by default that there is none to make smaller. */
  none?: string;
  /** What this wizard has to say about the chosen version. */
  renderRemark?: (version: ModelVersion, model: ModelDetail) => ReactNode;
}

/** Which model, and which of its versions. The unquantized one is chosen until the person takes another. */
export function VersionStep(props: VersionStepProps) {
  const { t } = useTexts();
  const models = useModels();
  const wanted = useModelOfVersion(props.version === null ? props.wantedId : undefined);
  const searching = props.version === null && props.wantedId !== undefined && wanted.data === undefined && wanted.error === null;
  if (searching) return null;
  const wantedModel = wanted.data ?? null;
  const gone = (wanted.data === null || wantedModel?.retired === true) && props.version === null;
  return (
    <QueryState query={models}>
      {(all) => {
        const usable = all.filter((model) => !model.retired && model.purpose === 'text-generation').toSorted((a, b) => b.createdAtMs - a.createdAtMs);
        if (usable.length === 0) return <NoModel text={props.none ?? t('shrinking.version.none')} />;
        return (
          <Stack gap="md">
            {gone && <Notice tone="look">{t('shrinking.version.missing')}</Notice>}
            <ModelChoice {...props} usable={usable} first={gone ? null : (wantedModel?.id ?? null)} />
          </Stack>
        );
      }}
    </QueryState>
  );
}

function NoModel({ text }: { text: string }) {
  const { t } = useTexts();
  const mayImport = useMay('models.manage');
  return (
    <Stack gap="md" align="flex-start">
      <Notice tone="info">{text}</Notice>
      {mayImport && <Button onClick={() => navigate({ screen: 'import' })}>{t('shrinking.version.noneButton')}</Button>}
    </Stack>
  );
}

function ModelChoice({ usable, first, ...props }: VersionStepProps & { usable: readonly ModelSummary[]; first: string | null }) {
  const { t, format } = useTexts();
  const [chosen, setChosen] = useState<string | null>(props.version?.modelId ?? first);
  const modelId = usable.some(({ id }) => id === chosen) ? chosen : (usable[0]?.id ?? null);
  return (
    <>
      {usable.length > 1 && (
        <Select
          label={t('shrinking.version.model')}
          maw="36rem"
          searchable
          nothingFoundMessage={t('shrinking.version.nothingFound')}
          allowDeselect={false}
          value={modelId}
          data={usable.map((model) => ({
            value: model.id,
            label: [model.name, format.count(model.parameterCount), t('shrinking.version.versionsOfModel', { count: model.versionCount })].join(' · '),
          }))}
          onChange={setChosen}
        />
      )}
      {modelId !== null && <VersionChoice key={modelId} {...props} modelId={modelId} />}
    </>
  );
}

function VersionChoice({ modelId, version, wantedId, onChoose, renderRemark }: VersionStepProps & { modelId: string }) {
  const { t, format } = useTexts();
  const model = useModel(modelId);
  const { data } = model;
  const takeFrom = useEffectEvent((known: ModelDetail) => {
    const current = known.versions.find(({ id }) => id === version?.versionId);
    const taken = current ?? known.versions.find(({ id }) => id === wantedId) ?? bestSource(known.versions) ?? newest(known.versions);
    // Also where it is chosen already: another version may have come, and the next one's number with it.
    if (taken !== null && taken !== undefined) onChoose(shrinkVersionOf(known, taken));
  });
  useEffect(() => {
    if (data !== undefined) takeFrom(data);
  }, [data]);
  return (
    <QueryState query={model}>
      {(known) => {
        const best = bestSource(known.versions);
        const chosen = known.versions.find(({ id }) => id === version?.versionId);
        return (
          <section className={classes['stack']} aria-label={t('shrinking.version.versions', { name: known.name })}>
            <h3 className={classes['sectionTitle']}>{t('shrinking.version.versions', { name: known.name })}</h3>
            <ChoiceCards
              label={t('shrinking.version.versions', { name: known.name })}
              value={chosen?.id ?? null}
              onChange={(id) => {
                const taken = known.versions.find((each) => each.id === id);
                if (taken !== undefined) onChoose(shrinkVersionOf(known, taken));
              }}
              choices={known.versions
                .toSorted((a, b) => b.number - a.number)
                .map((each) => ({
                  value: each.id,
                  label: t('comparisons.parent', { number: each.number, quantization: each.facts.quantization }),
                  recommended: each.id === best?.id && known.versions.length > 1,
                  help: [
                    ...(isQuantized(each.facts) ? [] : [t('shrinking.version.unquantized')]),
                    lineageLine(each, t),
                    t('shrinking.version.line', { size: format.bytes(each.sizeBytes), layers: format.number(each.facts.layerCount), date: format.date(each.importedAtMs) }),
                  ].join(' · '),
                }))}
            />
            {chosen !== undefined && renderRemark?.(chosen, known)}
          </section>
        );
      }}
    </QueryState>
  );
}
