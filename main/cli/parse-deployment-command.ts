import { lifecycleSchema } from '../contract/deployments.contract.ts';
import type { Lifecycle } from '../contract/deployments.contract.ts';
import type { Backend } from '../contract/system.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands about the versions of a deployment, when it is loaded, and the memory that loaded models share. */
export type DeploymentCommand =
  | {
      kind: 'deployment-switch';
      deployment: string;
      /** A number of the same model, or MODEL, MODEL@N. */
      version: string;
      question: string | null;
      stopFirst: boolean;
      detachAdapters: boolean;
      backend: Backend | null;
      gpuLayers: number | null;
      contextSize: number | null;
      parallelSequences: number | null;
      threads: number | null;
    }
  | { kind: 'deployment-rollback'; deployment: string; stopFirst: boolean }
  | { kind: 'deployment-history'; deployment: string }
  | { kind: 'deployment-set'; deployment: string; lifecycle: Lifecycle }
  /** Both null: only say who holds memory. */
  | { kind: 'deployment-memory'; ramPercent: number | null; vramPercent: number | null };

/** Options these commands know besides those of all. */
export const deploymentOptions = {
  question: { type: 'string' },
  'stop-first': { type: 'boolean' },
  'detach-adapters': { type: 'boolean' },
  'on-demand': { type: 'string' },
  pinned: { type: 'boolean' },
  'queue-timeout': { type: 'string' },
  ram: { type: 'string' },
  vram: { type: 'string' },
} as const;

export interface DeploymentWords {
  values: { question?: string | undefined; 'stop-first'?: boolean | undefined; 'detach-adapters'?: boolean | undefined; 'on-demand'?: string | undefined; pinned?: boolean | undefined; ram?: string | undefined; vram?: string | undefined };
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  count(name: 'context' | 'gpu-layers' | 'parallel' | 'threads'): number | null;
  backendOf(): Backend | null;
}

/** Raises WrongUsage. */
export function parseDeploymentCommand({ values, take, count, backendOf }: DeploymentWords): DeploymentCommand {
  const what = take('deployment switch|rollback|history|set|memory');
  const stopFirst = values['stop-first'] === true;
  switch (what) {
    case 'switch':
      return {
        kind: 'deployment-switch',
        deployment: take('NAME'),
        version: take('VERSION|MODEL'),
        question: values.question ?? null,
        stopFirst,
        detachAdapters: values['detach-adapters'] === true,
        backend: backendOf(),
        gpuLayers: count('gpu-layers'),
        contextSize: count('context'),
        parallelSequences: count('parallel'),
        threads: count('threads'),
      };
    case 'rollback':
      return { kind: 'deployment-rollback', deployment: take('NAME'), stopFirst };
    case 'history':
      return { kind: 'deployment-history', deployment: take('NAME') };
    case 'set': {
      const deployment = take('NAME');
      const lifecycle = lifecycleOf(values);
      if (lifecycle === null) throw new WrongUsage('--on-demand MINUTES | --pinned ?');
      return { kind: 'deployment-set', deployment, lifecycle };
    }
    case 'memory':
      return { kind: 'deployment-memory', ramPercent: percentOf('ram', values.ram), vramPercent: percentOf('vram', values.vram) };
    default:
      throw new WrongUsage(`deployment ${what}`);
  }
}

/** `--on-demand 15` or `--pinned`; null where neither is said. Raises WrongUsage. */
export function lifecycleOf(values: Pick<DeploymentWords['values'], 'on-demand' | 'pinned'>): Lifecycle | null {
  const minutes = values['on-demand'];
  if (minutes !== undefined && values.pinned === true) throw new WrongUsage('--on-demand --pinned');
  if (values.pinned === true) return { kind: 'pinned' };
  if (minutes === undefined) return null;
  const parsed = lifecycleSchema.safeParse({ kind: 'on-demand', idleMinutes: minutes.trim() === '' ? Number.NaN : Number(minutes) });
  if (!parsed.success) throw new WrongUsage(`--on-demand ${minutes}`);
  return parsed.data;
}

function percentOf(name: 'ram' | 'vram', text: string | undefined): number | null {
  if (text === undefined) return null;
  const percent = Number(text.replace(/%$/, ''));
  if (!Number.isInteger(percent) || percent < 10 || percent > 100) throw new WrongUsage(`--${name} ${text}`);
  return percent;
}
