import { daySchema, USAGE_GROUPS } from '../contract/usage.contract.ts';
import type { UsageGroup } from '../contract/usage.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands on what was asked of the endpoint. Days that are not said: the last thirty. */
export type UsageCommand =
  | { kind: 'usage-summary'; by: UsageGroup; from: string | null; to: string | null; deployment: string | null }
  | { kind: 'usage-requests'; limit: number; deployment: string | null }
  | { kind: 'usage-seals' | 'usage-export'; from: string | null; to: string | null };

/** Options these commands know besides those of all. */
export const usageOptions = {
  by: { type: 'string' },
  from: { type: 'string' },
  to: { type: 'string' },
} as const;

export interface UsageWords {
  values: { [Name in keyof typeof usageOptions | 'deployment']?: string | undefined };
  /** The next word; undefined where there is none. */
  next(): string | undefined;
  limit: number | null;
}

/** What follows `usage`. Raises WrongUsage. */
export function parseUsageCommand({ values, next, limit }: UsageWords): UsageCommand {
  const what = next() ?? 'summary';
  const from = dayOf('from', values.from);
  const to = dayOf('to', values.to);
  if (from !== null && to !== null && from > to) throw new WrongUsage(`--from ${from} --to ${to}`);
  const deployment = values.deployment ?? null;
  switch (what) {
    case 'summary': {
      const by = USAGE_GROUPS.find((group) => group === (values.by ?? 'key'));
      if (by === undefined) throw new WrongUsage(`--by ${values.by} (${USAGE_GROUPS.join(', ')})`);
      return { kind: 'usage-summary', by, from, to, deployment };
    }
    case 'requests':
      return { kind: 'usage-requests', limit: Math.min(500, Math.max(1, limit ?? 50)), deployment };
    case 'seals':
    case 'export':
      return { kind: `usage-${what}`, from, to };
    default:
      throw new WrongUsage(`usage ${what}`);
  }
}

function dayOf(option: string, text: string | undefined): string | null {
  if (text === undefined) return null;
  if (!daySchema.safeParse(text).success) throw new WrongUsage(`--${option} ${text} (YYYY-MM-DD)`);
  return text;
}
