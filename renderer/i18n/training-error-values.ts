import type { Catalogue } from './catalogue.ts';
import { fill } from './fill.ts';

type Parts = Catalogue['errors']['training'];

const datasetRemedyOf: Record<keyof Parts['datasetReasons'], keyof Parts['datasetRemedies']> = {
  empty: 'content',
  'not-text': 'content',
  'no-usable-rows': 'rows',
  'missing-columns': 'rows',
  'wrong-encoding': 'encoding',
  'duplicate-columns': 'columns',
  'no-header': 'columns',
  'too-large': 'size',
  'too-many-rows': 'size',
  'too-many-files': 'size',
};

const trainingRemedyOf: Record<Exclude<keyof Parts['trainingReasons'], 'quantized'>, keyof Parts['trainingRemedies']> = {
  architecture: 'other',
  purpose: 'other',
  'split-file': 'merge',
  'too-few-tokens': 'data',
  'no-validation': 'split',
  'nothing-new': 'rows',
  'not-tuned': 'mode',
  'no-chat-template': 'template',
  context: 'context',
};

/** The parts of the sentences on data sets, training and adapters that depend on the data of the error. */
export function trainingValues(error: { code: string; data: Record<string, unknown> }, texts: Catalogue, shown: Record<string, string>): Record<string, string> {
  const { data } = error;
  const parts = texts.errors.training;
  const reason = String(data['reason']);
  const list = (name: string): string => (Array.isArray(data[name]) ? data[name].join(texts.common.listSeparator) : '');
  switch (error.code) {
    case 'DATASET_REFUSED':
      return {
        datasetReason: fill(own(parts.datasetReasons, reason), shown),
        datasetRemedy: own(parts.datasetRemedies, own(datasetRemedyOf, reason)),
      };
    case 'DATASET_IN_USE':
      return { modelList: list('models') };
    case 'TRAINING_REFUSED': {
      const remedy = reason === 'quantized' ? (typeof data['parentNumber'] === 'number' ? 'parent' : 'noParent') : own(trainingRemedyOf, reason);
      return { trainingReason: fill(own(parts.trainingReasons, reason), shown), trainingRemedy: fill(own(parts.trainingRemedies, remedy), shown) };
    }
    case 'TRAINING_DOES_NOT_FIT':
      return { trainingFit: typeof data['smallerContext'] === 'number' ? fill(parts.trainingFitSmaller, shown) : parts.trainingFitNothing };
    case 'TRAINING_DIVERGED':
      return { divergedNext: typeof data['goodStep'] === 'number' ? fill(parts.divergedKept, shown) : parts.divergedNothing };
    case 'TRAINING_FAILED':
      return { trainingFailure: own(parts.trainingFailures, reason) };
    case 'TRAINING_NOT_POSSIBLE_NOW':
      return { trainingState: own(parts.trainingStates, String(data['state'])) };
    case 'ADAPTER_REFUSED':
      return { adapterReason: own(parts.adapterReasons, reason) };
    case 'ADAPTER_IN_USE':
      return { deploymentList: list('deployments') };
    default:
      return {};
  }
}

function own(table: Record<string, string>, key: string): string {
  return Object.hasOwn(table, key) ? (table[key] ?? key) : key;
}
