import type { InferContractRouterInputs } from '@orpc/contract';
import type { Adapter, AdapterInspection, adaptersContract } from '../contract/adapters.contract.ts';
import type { Interaction } from '../kernel/interaction.ts';
import { notYet } from '../kernel/not-yet.ts';
import type { AdaptersDependencies } from './adapters-dependencies.ts';

type Input<Name extends keyof typeof adaptersContract> = InferContractRouterInputs<typeof adaptersContract>[Name];

/** An adapter as an engine takes it. */
export interface AttachableAdapter {
  adapterId: string;
  name: string;
  path: string;
}

export interface AdaptersService {
  inspect(interaction: Interaction, input: Input<'inspect'>): Promise<AdapterInspection>;
  import(interaction: Interaction, input: Input<'import'>): { jobId: string };
  list(): Adapter[];
  get(adapterId: string): Adapter;
  rename(interaction: Interaction, input: Input<'rename'>): void;
  delete(interaction: Interaction, input: Input<'delete'>): Promise<void>;
  /** Raises NOT_FOUND, and ADAPTER_REFUSED where it does not fit this version. */
  attachable(adapterId: string, versionId: string): AttachableAdapter;
  /** Removes files that no row knows. */
  sweep(): Promise<void>;
}

export function createAdaptersService(_dependencies: AdaptersDependencies): AdaptersService {
  return notYet('adapters');
}
