import type { JobView } from '../../../main/contract/jobs.contract.ts';
import type { Route } from '../../state/routes.ts';

/** Where what a job made is looked at; null while it has made nothing. */
export function routeOfResult({ id, kind, result }: Pick<JobView, 'id' | 'kind' | 'result'>): Route | null {
  if (result === null) return null;
  switch (kind) {
    case 'models.import':
      return { screen: 'model', modelId: result.objectId };
    case 'benchmarks.run':
      return { screen: 'benchmark', benchmarkId: result.objectId };
    case 'benchmarks.tune':
      return { screen: 'tune', jobId: id };
    case 'quantization.quantize':
      return { screen: 'quantize', jobId: id };
    case 'quantization.prune':
    case 'quantization.layers':
      return { screen: 'prune', jobId: id };
    case 'quantization.matrix':
      return { screen: 'quality', tab: 'matrices' };
    case 'quantization.evaluate':
      return { screen: 'comparison', evaluationId: result.objectId };
    case 'datasets.import':
      return { screen: 'dataset', datasetId: result.objectId };
    case 'training.run':
      return { screen: 'training-run', runId: result.objectId };
    case 'adapters.import':
      return { screen: 'adapters' };
  }
}
