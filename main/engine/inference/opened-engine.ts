import type { AdapterSwitch } from './adapter-switch.ts';
import type { LoadReport } from './inference-protocol.ts';
import type { PromptFormat } from './prompt-format.ts';
import type { ServingLoop } from './serving-loop.ts';

/** A loaded model ready to serve, whoever loaded it. */
export interface OpenedEngine {
  readonly loop: ServingLoop;
  readonly adapters: AdapterSwitch;
  readonly format: PromptFormat;
  readonly report: Omit<LoadReport, 'loadMs' | 'rssBytes' | 'loop'>;
}
