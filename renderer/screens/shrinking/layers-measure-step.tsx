import { Button, Group, Stack } from '@mantine/core';
import type { LayerReport } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { navigate } from '../../state/navigation.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { InlineJob } from './inline-job.tsx';
import { textName } from './lineage.tsx';
import { measureInput } from './measure-draft.ts';
import { MeasureTextChoice } from './measure-text.tsx';
import { mostRemovable } from './prune-draft.ts';
import type { PruneDraft } from './prune-draft.ts';
import type { ShrinkVersion } from './shrink-version.ts';
import classes from './shrinking.module.css';

interface LayersMeasureStepProps {
  draft: PruneDraft;
  version: ShrinkVersion;
  reports: readonly LayerReport[];
  /** In effect: chosen, or the newest. */
  reportId: string | null;
  onChange: (part: Partial<PruneDraft>) => void;
}

/** A measurement that is here already, or one made now. */
export function LayersMeasureStep({ draft, version, reports, reportId, onChange }: LayersMeasureStepProps) {
  const { t, format } = useTexts();
  const input = measureInput(draft.text, 'calibration', t('shrinking.text.inlineName'));
  const start = useCommand(async (wanted: NonNullable<typeof input>) => {
    const { jobId } = await client.quantization.measureLayers({ versionId: version.versionId, ...wanted });
    onChange({ jobId, anew: true });
    // The address of the job is where it is watched: no toast is needed here, and its notification leads back to this step.
    navigate({ screen: 'prune', jobId }, { replace: true });
  });
  if (mostRemovable(version.layerCount) === 0) return <Notice tone="look">{t('shrinking.prune.measure.tooFew', { layers: format.number(version.layerCount) })}</Notice>;
  const anew = draft.anew || reports.length === 0;
  return (
    <Stack gap="md">
      {reports.length > 0 && (
        <ChoiceCards
          label={t('shrinking.prune.measure.question')}
          value={anew ? 'anew' : reportId}
          onChange={(value) => onChange(value === 'anew' ? { anew: true, jobId: null } : { anew: false, reportId: value, layers: null })}
          choices={[
            ...reports.map((report, place) => ({
              value: report.id,
              label: t('shrinking.prune.measure.existing', { date: format.dateTime(report.atMs) }),
              help: t('shrinking.prune.measure.existingHelp', { text: textName(report.text.name, t), tokens: format.number(report.text.tokens), who: report.startedBy }),
              recommended: place === 0,
            })),
            { value: 'anew', label: t('shrinking.prune.measure.anew'), help: t('shrinking.prune.measure.anewHelp') },
          ]}
        />
      )}
      {anew && draft.jobId !== null && (
        <InlineJob
          jobId={draft.jobId}
          cancelled={t('shrinking.prune.measure.cancelled')}
          onDone={(objectId) => onChange({ reportId: objectId, anew: false, layers: null })}
          onAgain={() => onChange({ jobId: null })}
        />
      )}
      {anew && draft.jobId === null && (
        <section className={classes['inset']} aria-label={t('shrinking.text.label')}>
          <MeasureTextChoice draft={draft.text} bundled="calibration" disabled={start.running} onChange={(text) => onChange({ text })} />
          <ErrorNotice error={start.error} />
          <Group gap="xs">
            <Button variant="light" loading={start.running} disabled={input === null} onClick={() => input !== null && void start.run(input)}>
              {t('shrinking.prune.measure.verb')}
            </Button>
          </Group>
        </section>
      )}
    </Stack>
  );
}
