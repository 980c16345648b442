import { Button } from '@mantine/core';
import type { TrainingPlan } from '../../../main/contract/training.contract.ts';
import { useTexts } from '../../i18n/i18n.ts';
import { navigate } from '../../state/navigation.ts';

interface TrainWaysProps {
  problem: NonNullable<TrainingPlan['problem']>;
  layerCount: number;
  onContext: (contextSize: number) => void;
  onLastLayers: (count: number) => void;
  onParent: (versionId: string) => void;
  onNewMode: () => void;
  /** Goes back to a step by its id. */
  onStep: (id: 'version' | 'data') => void;
}

/** The contract's step of contexts; what fits is rounded down to it. */
const CONTEXT_STEP = 256;

/** The buttons that lead out of a refusal. */
export function TrainWays({ problem, layerCount, ...on }: TrainWaysProps) {
  const { t, format } = useTexts();
  const { data } = problem;
  const number = (name: string): number | null => (typeof data[name] === 'number' ? data[name] : null);
  const context = (tokens: number) => (
    <Button variant="default" onClick={() => on.onContext(tokens)}>
      {t('training.wizard.ways.context', { tokens: format.number(tokens) })}
    </Button>
  );
  const otherData = (
    <Button variant="default" onClick={() => on.onStep('data')}>
      {t('training.wizard.ways.otherData')}
    </Button>
  );
  const importData = (
    <Button variant="default" onClick={() => navigate({ screen: 'import-data' })}>
      {t('training.wizard.ways.importData')}
    </Button>
  );
  const otherModel = (
    <Button variant="default" onClick={() => on.onStep('version')}>
      {t('training.wizard.ways.otherModel')}
    </Button>
  );
  if (problem.code === 'TRAINING_DOES_NOT_FIT') {
    const smaller = number('smallerContext');
    const half = Math.max(1, Math.floor(layerCount / 2));
    if (smaller !== null) return context(smaller);
    return (
      <>
        {layerCount > 1 && (
          <Button variant="default" onClick={() => on.onLastLayers(half)}>
            {t('training.wizard.ways.lastLayers', { count: half })}
          </Button>
        )}
        {otherModel}
      </>
    );
  }
  switch (data['reason']) {
    case 'context': {
      const fitting = Math.floor((number('found') ?? 0) / CONTEXT_STEP) * CONTEXT_STEP;
      return fitting >= CONTEXT_STEP ? context(fitting) : otherModel;
    }
    case 'too-few-tokens': {
      const fitting = Math.floor((number('found') ?? 0) / CONTEXT_STEP) * CONTEXT_STEP;
      return (
        <>
          {fitting >= CONTEXT_STEP && context(fitting)}
          {importData}
        </>
      );
    }
    case 'nothing-new':
    case 'not-tuned':
      return (
        <>
          <Button variant="default" onClick={on.onNewMode}>
            {t('training.wizard.ways.newMode')}
          </Button>
          {data['reason'] === 'nothing-new' && otherData}
        </>
      );
    case 'no-validation':
      return (
        <>
          {importData}
          {otherData}
        </>
      );
    case 'quantized': {
      const { parentVersionId, parentNumber } = data;
      if (typeof parentVersionId !== 'string' || typeof parentNumber !== 'number') return otherModel;
      return (
        <Button variant="default" onClick={() => on.onParent(parentVersionId)}>
          {t('training.wizard.ways.parent', { number: parentNumber })}
        </Button>
      );
    }
    case 'no-chat-template':
      return (
        <>
          {otherModel}
          {importData}
        </>
      );
    default:
      return otherModel;
  }
}
