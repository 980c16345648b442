import type { ChatFormat, LoadReport } from '../inference-protocol.ts';
import type { TextPooler } from './text-pooler.ts';

/** A loaded model ready to make vectors or rank documents, whoever loaded it. */
export interface OpenedPooler {
  readonly pooler: TextPooler;
  readonly report: Omit<LoadReport, 'loadMs' | 'rssBytes' | 'loop'>;
}

/** Such a model holds no conversation. */
export const noFormat: ChatFormat = { kind: 'plain', name: 'none', problem: null };
