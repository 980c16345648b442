import { adapterChoiceSchema } from '../contract/deployments.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands about LoRA adapters. Adapters are named as people name them, or by id. */
export type AdapterCommand =
  | { kind: 'adapters-import'; file: string; model: string; name: string | null }
  | { kind: 'adapters-list' }
  | { kind: 'adapters-delete'; adapter: string }
  /** `choices` null: only say what is attached. */
  | { kind: 'deployments-adapters'; deployment: string; choices: { adapter: string; weight: number }[] | null };

/** Options these commands know besides those of all. */
export const adapterOptions = { model: { type: 'string' }, none: { type: 'boolean' } } as const;

export interface AdapterWords {
  values: { model?: string | undefined; none?: boolean | undefined; name?: string | undefined };
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  /** All words that are left. */
  rest(): string[];
}

/** Raises WrongUsage. */
export function parseAdapterCommand({ values, take }: AdapterWords): AdapterCommand {
  const what = take('adapters import|list|delete');
  switch (what) {
    case 'import': {
      const file = take('FILE');
      if (values.model === undefined) throw new WrongUsage('--model ?');
      return { kind: 'adapters-import', file, model: values.model, name: values.name ?? null };
    }
    case 'list':
      return { kind: 'adapters-list' };
    case 'delete':
      return { kind: 'adapters-delete', adapter: take('ADAPTER') };
    default:
      throw new WrongUsage(`adapters ${what}`);
  }
}

/** `deployments adapters NAME [ADAPTER=WEIGHT …|--none]`. Raises WrongUsage. */
export function parseDeploymentsCommand({ values, take, rest }: AdapterWords): AdapterCommand {
  const what = take('deployments adapters');
  if (what !== 'adapters') throw new WrongUsage(`deployments ${what}`);
  const deployment = take('NAME');
  const words = rest();
  if (values.none === true) {
    if (words.length > 0) throw new WrongUsage(words.join(' '));
    return { kind: 'deployments-adapters', deployment, choices: [] };
  }
  return { kind: 'deployments-adapters', deployment, choices: words.length === 0 ? null : words.map(choiceOf) };
}

/** `Ward letters=0.5`; without a weight 1. A name may hold an equals sign itself: the last one counts. */
function choiceOf(word: string): { adapter: string; weight: number } {
  const [, adapter = word, text = '1'] = /^(.+)=([^=]*)$/.exec(word) ?? [];
  const weight = adapterChoiceSchema.shape.weight.safeParse(text.trim() === '' ? Number.NaN : Number(text));
  if (!weight.success) throw new WrongUsage(word);
  return { adapter, weight: weight.data };
}
