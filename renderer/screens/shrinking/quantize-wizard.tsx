import { Stack } from '@mantine/core';
import type { QuantizationType } from '../../../main/contract/quantization.contract.ts';
import { client } from '../../client/connection.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { useCommand } from '../../state/commands.ts';
import { goBack, navigate } from '../../state/navigation.ts';
import { useQuery } from '../../state/queries.ts';
import { forgetViewState, useViewState } from '../../state/view-state.ts';
import type { KeyValue } from '../../ui/key-value-list.tsx';
import { Page } from '../../ui/page.tsx';
import { QueryState } from '../../ui/query-state.tsx';
import { wizardStart } from '../../ui/wizard-state.ts';
import { Wizard } from '../../ui/wizard.tsx';
import type { WizardStep } from '../../ui/wizard.tsx';
import { ExpertOptions } from './expert-options.tsx';
import { matricesFor, MatrixStep } from './matrix-step.tsx';
import { PlanStep } from './plan-step.tsx';
import { emptyQuantizeDraft, estimatedBytes, expertCount, matrixIdOf, optionsOf, overridesValid, quantizeCommand, typeOf } from './quantize-draft.ts';
import type { QuantizeDraft } from './quantize-draft.ts';
import { RequantizeNotice } from './requantize-notice.tsx';
import { ShrinkSummary } from './shrink-summary.tsx';
import { shrinkVersionOf } from './shrink-version.ts';
import type { ShrinkVersion } from './shrink-version.ts';
import { TypeStep } from './type-step.tsx';
import { VersionStep } from './version-step.tsx';

/** The prefix of everything the wizard keeps while one looks elsewhere. */
const STATE = 'quantize/';
/** Place of the dry run among the steps: only from there on is the quantizer asked. */
const PLAN_STEP = 3;

/** Version → type → importance matrix → exact size → summary; then it runs as a job with its own address. */
export function QuantizeWizard({ versionId }: { versionId: string | undefined }) {
  const { t, format } = useTexts();
  const [position, setPosition] = useViewState(`${STATE}position`, wizardStart);
  const [draft, setDraft] = useViewState<QuantizeDraft>(`${STATE}draft`, emptyQuantizeDraft);
  const change = (part: Partial<QuantizeDraft>): void => setDraft((before) => ({ ...before, ...part }));
  const { version } = draft;
  const types = useQuery('quantization/types', (signal) => client.quantization.types({}, { signal }));
  const matrices = useQuery('quantization/matrices', (signal) => client.quantization.matrices({}, { signal }), { topics: ['quantization', 'models'] });
  const typeName = typeOf(draft);
  const type = types.data?.find((each) => each.type === typeName);
  const options = optionsOf(type?.importanceMatrix === 'unused' ? { ...draft, matrixChoice: 'none' } : draft);
  const planKey = JSON.stringify([version?.versionId, typeName, options]);
  const plan = useQuery(`quantize/plan/${planKey}`, (signal) => client.quantization.plan({ versionId: version?.versionId ?? '', type: typeName, options }, { signal }), {
    enabled: version !== null && position.current >= PLAN_STEP,
  });
  const start = useCommand((wanted: Parameters<typeof client.quantization.quantize>[0]) => client.quantization.quantize(wanted));

  const choose = (chosen: ShrinkVersion): void =>
    setDraft((before) => ({
      ...before,
      version: chosen,
      // Another version is another model for the matrix, and a yes to one loss is no yes to another.
      ...(before.version?.versionId === chosen.versionId ? {} : { acceptRequantize: false, matrixChoice: 'none', matrixId: null, matrixJobId: null }),
    }));
  const chooseType = (name: string): void => {
    const chosen = types.data?.find((each) => each.type === name);
    const usable = version === null ? [] : matricesFor(matrices.data ?? [], version.versionId);
    const first = usable[0];
    const needs = chosen?.importanceMatrix === 'required' && matrixIdOf(draft) === null;
    change({ type: name, ...(needs ? (first === undefined ? { matrixChoice: 'compute' } : { matrixChoice: 'existing', matrixId: first.id }) : {}) });
  };
  const leave = (): void => {
    forgetViewState(STATE);
    goBack({ screen: 'models' });
  };
  const finish = async (): Promise<void> => {
    if (version === null) return;
    const job = await start.run({ versionId: version.versionId, type: typeName, options, acceptRequantize: draft.acceptRequantize, evaluate: draft.evaluate });
    if (job === undefined) return;
    forgetViewState(STATE);
    navigate({ screen: 'quantize', jobId: job.jobId }, { replace: true });
  };

  const steps: WizardStep[] = [
    {
      id: 'version',
      title: t('shrinking.version.step'),
      question: t('shrinking.version.quantizeQuestion'),
      help: t('shrinking.version.quantizeHelp'),
      chosen: version === null ? null : t('shrinking.version.chosen', { name: version.modelName, number: version.number, quantization: version.quantization }),
      answered: version !== null && (!version.quantized || draft.acceptRequantize),
      why: t('shrinking.version.quantizeWhy'),
      content: (
        <VersionStep
          version={version}
          wantedId={versionId}
          onChoose={choose}
          renderRemark={(chosen, model) => (
            <RequantizeNotice
              model={model}
              version={chosen}
              accepted={draft.acceptRequantize}
              onAccept={(acceptRequantize) => change({ acceptRequantize })}
              onTake={(better) => choose(shrinkVersionOf(model, better))}
            />
          )}
        />
      ),
    },
    {
      id: 'type',
      title: t('shrinking.type.step'),
      question: t('shrinking.type.question'),
      help: t('shrinking.type.help'),
      chosen:
        type === undefined || version === null
          ? typeName
          : t('shrinking.type.chosen', { type: typeName, size: format.bytes(estimatedBytes(version.parameterCount, type.bitsPerWeight)) }),
      answered: type !== undefined,
      why: t('shrinking.type.why'),
      content: <QueryState query={types}>{(all) => version !== null && <TypeStep types={all} version={version} type={typeName} onType={chooseType} />}</QueryState>,
    },
    {
      id: 'matrix',
      title: t('shrinking.matrix.step'),
      question: t('shrinking.matrix.question'),
      help: t('shrinking.matrix.help'),
      chosen: t(options.importanceMatrixId === null ? 'shrinking.matrix.chosenNone' : 'shrinking.matrix.chosen'),
      answered: matrixAnswered(draft, type) && overridesValid(draft),
      why: t('shrinking.matrix.why'),
      content: (
        <Stack gap="lg">
          <QueryState query={matrices}>
            {(all) =>
              version !== null &&
              type !== undefined && <MatrixStep draft={draft} version={version} need={type.importanceMatrix} matrices={all} onChange={change} />
            }
          </QueryState>
          <ExpertOptions draft={draft} onChange={change} />
        </Stack>
      ),
    },
    {
      id: 'plan',
      title: t('shrinking.plan.step'),
      question: t('shrinking.plan.question'),
      help: t('shrinking.plan.help'),
      chosen: plan.data === undefined ? null : t('shrinking.plan.chosen', { size: format.bytes(plan.data.sizeBytes) }),
      answered: plan.data?.fits === true && !plan.data.warnings.includes('importance-matrix-required'),
      why: t('shrinking.plan.why'),
      content: <PlanStep plan={plan} planKey={version?.versionId ?? ''} />,
    },
    {
      id: 'summary',
      title: t('shrinking.summary.step'),
      question: t('shrinking.summary.question'),
      help: t('shrinking.summary.help'),
      answered: plan.data?.fits === true,
      content: (
        <QueryState query={plan}>
          {(found) =>
            version !== null && (
              <ShrinkSummary
                version={version}
                becomes={typeName}
                sizeBytes={found.sizeBytes}
                sourceSizeBytes={found.sourceSizeBytes}
                freeBytes={found.freeBytes}
                remarks={found.warnings.filter((warning) => warning === 'already-quantized').map((warning) => t(`shrinking.plan.warnings.${warning}`))}
                choices={choicesOf(version)}
                evaluate={draft.evaluate}
                onEvaluate={(evaluate) => change({ evaluate })}
                error={start.error}
              />
            )
          }
        </QueryState>
      ),
    },
  ];
  return (
    <Page title={t('shrinking.quantize.title')}>
      <Wizard
        title={t('shrinking.quantize.title')}
        steps={steps}
        position={position}
        onPosition={setPosition}
        verb={t('shrinking.quantize.verb')}
        finishing={start.running}
        dirty={position.furthest > 0}
        onDiscard={leave}
        onFinish={() => void finish()}
        {...(version === null ? {} : { command: quantizeCommand(version, draft) })}
      />
    </Page>
  );

  function choicesOf(chosen: ShrinkVersion): KeyValue[] {
    const changed = expertCount(draft);
    return [
      { key: 'version', label: t('shrinking.version.step'), value: t('shrinking.version.chosen', { name: chosen.modelName, number: chosen.number, quantization: chosen.quantization }) },
      { key: 'type', label: t('shrinking.type.step'), value: typeName },
      { key: 'matrix', label: t('shrinking.summary.matrix'), value: t(options.importanceMatrixId === null ? 'shrinking.summary.matrixNone' : 'shrinking.matrix.chosen') },
      { key: 'expert', label: t('shrinking.summary.expert'), value: changed === 0 ? t('shrinking.summary.expertNone') : t('shrinking.expert.changed', { count: changed }) },
    ];
  }
}

function matrixAnswered(draft: QuantizeDraft, type: QuantizationType | undefined): boolean {
  if (type === undefined) return false;
  if (type.importanceMatrix === 'unused') return true;
  if (draft.matrixChoice === 'none') return type.importanceMatrix !== 'required';
  return draft.matrixId !== null;
}
