import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import type { KeyboardEvent } from 'react';
import type { ImportanceMatrix, QuantizationType } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { ChoiceCards } from '../../ui/choice-cards.tsx';
import type { Choice } from '../../ui/choice-cards.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { Notice } from '../../ui/notice.tsx';
import { InlineJob } from './inline-job.tsx';
import { textName } from './lineage.tsx';
import { measureInput } from './measure-draft.ts';
import { MeasureTextChoice } from './measure-text.tsx';
import { typeOf } from './quantize-draft.ts';
import type { QuantizeDraft } from './quantize-draft.ts';
import type { ShrinkVersion } from './shrink-version.ts';
import classes from './shrinking.module.css';

interface MatrixStepProps {
  draft: QuantizeDraft;
  version: ShrinkVersion;
  need: QuantizationType['importanceMatrix'];
  matrices: readonly ImportanceMatrix[];
  onChange: (part: Partial<QuantizeDraft>) => void;
}

/** Matrices that may be used for a version, the newest first. */
export function matricesFor(matrices: readonly ImportanceMatrix[], versionId: string): ImportanceMatrix[] {
  return matrices.filter((matrix) => matrix.versionId === versionId || matrix.usableFor.includes(versionId)).toSorted((a, b) => b.atMs - a.atMs);
}

/** None, one that is here, one computed now, or one from a file. */
export function MatrixStep({ draft, version, need, matrices, onChange }: MatrixStepProps) {
  const { t, format } = useTexts();
  const usable = matricesFor(matrices, version.versionId);
  if (need === 'unused') return <Notice tone="info">{t('shrinking.matrix.unused', { type: typeOf(draft) })}</Notice>;
  const wanted = need === 'required' || need === 'recommended' || usable.length > 0;
  const choices: Choice<string>[] = [
    {
      value: 'none',
      label: t('shrinking.matrix.none'),
      help: need === 'required' ? t('shrinking.matrix.noneRefused', { type: typeOf(draft) }) : t('shrinking.matrix.noneHelp'),
      disabled: need === 'required',
      recommended: !wanted,
    },
    ...usable.map((matrix, place) => ({
      value: `matrix/${matrix.id}`,
      label: t('shrinking.matrix.existing', {
        number: matrix.versionNumber,
        text: matrix.text === null ? t('shrinking.matrix.imported') : textName(matrix.text.name, t),
      }),
      help: t('shrinking.matrix.existingHelp', {
        chunks: format.number(matrix.chunks),
        window: format.number(matrix.contextSize),
        date: format.dateTime(matrix.atMs),
        who: matrix.startedBy,
      }),
      recommended: place === 0,
    })),
    { value: 'compute', label: t('shrinking.matrix.compute'), help: t('shrinking.matrix.computeHelp'), recommended: wanted && usable.length === 0 },
    { value: 'import', label: t('shrinking.matrix.import'), help: t('shrinking.matrix.importHelp') },
  ];
  const existing = draft.matrixChoice !== 'none' && usable.some(({ id }) => id === draft.matrixId);
  const value = existing ? `matrix/${draft.matrixId ?? ''}` : draft.matrixChoice;
  return (
    <Stack gap="md">
      <ChoiceCards
        label={t('shrinking.matrix.question')}
        value={value}
        choices={choices}
        onChange={(chosen) => {
          if (chosen.startsWith('matrix/')) onChange({ matrixChoice: 'existing', matrixId: chosen.slice('matrix/'.length) });
          else if (chosen === 'none' || chosen === 'compute' || chosen === 'import') onChange({ matrixChoice: chosen, matrixId: null });
        }}
      />
      {value === 'compute' && <ComputeNow draft={draft} version={version} onChange={onChange} />}
      {value === 'import' && <ImportNow draft={draft} version={version} onChange={onChange} />}
      {existing && draft.matrixJobId !== null && (
        <p className={classes['good']} role="status">
          <IconCheck size={18} aria-hidden />
          {t('shrinking.matrix.computeDone')}
        </p>
      )}
    </Stack>
  );
}

type PartProps = Pick<MatrixStepProps, 'draft' | 'version' | 'onChange'>;

function ComputeNow({ draft, version, onChange }: PartProps) {
  const { t } = useTexts();
  const input = measureInput(draft.matrixText, 'calibration', t('shrinking.text.inlineName'));
  const start = useCommand(async (wanted: NonNullable<typeof input>) => {
    const { jobId } = await client.quantization.computeMatrix({ versionId: version.versionId, ...wanted });
    onChange({ matrixJobId: jobId });
  });
  if (draft.matrixJobId !== null) {
    return (
      <InlineJob
        jobId={draft.matrixJobId}
        cancelled={t('shrinking.matrix.cancelled')}
        onDone={(matrixId) => onChange({ matrixChoice: 'existing', matrixId })}
        onAgain={() => onChange({ matrixJobId: null })}
      />
    );
  }
  return (
    <section className={classes['inset']} aria-label={t('shrinking.text.label')}>
      <MeasureTextChoice draft={draft.matrixText} bundled="calibration" disabled={start.running} onChange={(matrixText) => onChange({ matrixText })} />
      <ErrorNotice error={start.error} />
      <Group gap="xs">
        <Button variant="light" loading={start.running} disabled={input === null} onClick={() => input !== null && void start.run(input)}>
          {t('shrinking.matrix.computeVerb')}
        </Button>
      </Group>
    </section>
  );
}

function ImportNow({ draft, version, onChange }: PartProps) {
  const { t } = useTexts();
  const take = useCommand(async (path: string) => {
    const matrix = await client.quantization.importMatrix({ versionId: version.versionId, path });
    onChange({ matrixChoice: 'existing', matrixId: matrix.id, matrixJobId: null });
  });
  const path = draft.matrixPath.trim().replace(/^"(.*)"$/, '$1');
  const go = (): void => {
    if (path !== '') void take.run(path);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.nativeEvent.isComposing) return;
    // Enter in the path takes the file; it does not send the wizard on.
    event.preventDefault();
    go();
  };
  return (
    <section className={classes['inset']} aria-label={t('shrinking.matrix.import')}>
      <TextInput
        label={t('shrinking.matrix.path')}
        description={t('shrinking.matrix.pathHelp')}
        value={draft.matrixPath}
        spellCheck={false}
        onChange={(event) => onChange({ matrixPath: event.currentTarget.value })}
        onKeyDown={onKeyDown}
      />
      <ErrorNotice error={take.error} />
      <Group gap="xs">
        <Button variant="light" loading={take.running} disabled={path === ''} onClick={go}>
          {t('shrinking.matrix.importVerb')}
        </Button>
      </Group>
    </section>
  );
}
