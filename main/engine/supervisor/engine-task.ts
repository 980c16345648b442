import type { ServedPurpose } from '../../contract/models.contract.ts';
import type { EngineTask } from '../inference/inference-protocol.ts';

/** What an engine does with a model of this purpose. */
export function engineTaskOf(purpose: ServedPurpose): EngineTask {
  switch (purpose) {
    case 'text-generation':
      return 'generate';
    case 'embedding':
      return 'embed';
    case 'reranking':
      return 'rank';
  }
}
