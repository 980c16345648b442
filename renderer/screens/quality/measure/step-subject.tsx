import { Select, Stack } from '@mantine/core';
import type { DeploymentView } from '../../../../main/contract/deployments.contract.ts';
import { useTexts } from '../../../i18n/i18n.ts';
import { ChoiceCards } from '../../../ui/choice-cards.tsx';
import { VersionPicker } from '../version-picker.tsx';
import type { MeasureDraft } from './measure-draft.ts';

interface StepSubjectProps {
  draft: MeasureDraft;
  onChange: (part: Partial<MeasureDraft>) => void;
  /** Deployments that answer at the moment. */
  running: readonly DeploymentView[];
  wantedVersionId: string | undefined;
}

/** A model by itself, or a deployment as it runs. */
export function StepSubject({ draft, onChange, running, wantedVersionId }: StepSubjectProps) {
  const { t } = useTexts();
  return (
    <Stack gap="lg">
      <ChoiceCards
        label={t('quality.measure.subject.kind')}
        value={draft.kind}
        onChange={(kind) => onChange({ kind, deploymentId: draft.deploymentId ?? running[0]?.id ?? null })}
        choices={(['version', 'deployment'] as const).map((value) => ({
          value,
          label: t(`quality.measure.subject.${value}.label`),
          help: value === 'deployment' && running.length === 0 ? t('quality.measure.subject.noDeployment') : t(`quality.measure.subject.${value}.help`),
          recommended: value === 'version',
          disabled: value === 'deployment' && running.length === 0,
        }))}
      />
      {draft.kind === 'version' ? (
        <VersionPicker
          version={draft.version}
          wantedId={wantedVersionId}
          onChoose={(version) => onChange({ version, ...(version.versionId === draft.version?.versionId ? {} : { settings: null, settingsChoice: 'recommended' }) })}
        />
      ) : (
        <Select
          label={t('quality.measure.subject.deploymentLabel')}
          allowDeselect={false}
          maw="36rem"
          value={draft.deploymentId}
          data={running.map(({ id, name, modelName, versionNumber }) => ({
            value: id,
            label: `${name} · ${t('deployments.modelVersion', { model: modelName, version: versionNumber })}`,
          }))}
          onChange={(deploymentId) => onChange({ deploymentId })}
        />
      )}
    </Stack>
  );
}
