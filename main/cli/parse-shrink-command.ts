import { WrongUsage } from './wrong-usage.ts';

/** Commands that make models smaller, measure what that cost and approve versions. `model` may end in @N, the number of a version. */
export type ShrinkCommand =
  | {
      kind: 'quantize';
      model: string;
      type: string;
      importanceMatrixId: string | null;
      acceptRequantize: boolean;
      dryRun: boolean;
      evaluate: boolean;
      outputTensorType: string | null;
      tokenEmbeddingType: string | null;
      overrides: { pattern: string; type: string }[];
      pure: boolean;
      leaveOutputTensor: boolean;
      threads: number | null;
    }
  | { kind: 'matrix-compute'; model: string; text: string | null; chunks: number | null; contextSize: number | null }
  | { kind: 'matrix-import'; model: string; file: string }
  | { kind: 'matrix-list' }
  | { kind: 'matrix-remove'; matrixId: string }
  | { kind: 'prune'; model: string; layers: number; dryRun: boolean; evaluate: boolean; text: string | null; chunks: number | null; contextSize: number | null }
  | { kind: 'evaluate'; model: string; against: number | null; text: string | null; chunks: number | null; contextSize: number | null }
  | { kind: 'approve'; model: string; note: string; withdraw: boolean };

/** Options these commands know besides those of all. */
export const shrinkOptions = {
  matrix: { type: 'string' },
  'accept-requantize': { type: 'boolean' },
  'dry-run': { type: 'boolean' },
  'no-evaluate': { type: 'boolean' },
  'output-type': { type: 'string' },
  'embedding-type': { type: 'string' },
  'tensor-type': { type: 'string', multiple: true },
  pure: { type: 'boolean' },
  'leave-output': { type: 'boolean' },
  text: { type: 'string' },
  chunks: { type: 'string' },
  layers: { type: 'string' },
  against: { type: 'string' },
  note: { type: 'string' },
  withdraw: { type: 'boolean' },
} as const;

/** Option values as parseArgs gives them. */
export interface ShrinkValues {
  matrix?: string | undefined;
  'accept-requantize'?: boolean | undefined;
  'dry-run'?: boolean | undefined;
  'no-evaluate'?: boolean | undefined;
  'output-type'?: string | undefined;
  'embedding-type'?: string | undefined;
  'tensor-type'?: string[] | undefined;
  pure?: boolean | undefined;
  'leave-output'?: boolean | undefined;
  text?: string | undefined;
  note?: string | undefined;
  withdraw?: boolean | undefined;
}

export interface ShrinkWords {
  values: ShrinkValues;
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  /** A whole number of an option, or null where it is not given. Raises WrongUsage. */
  count(name: 'threads' | 'context' | 'chunks' | 'layers' | 'against'): number | null;
}

/** Null where the verb is none of these. Raises WrongUsage. */
export function parseShrinkCommand(verb: string, { values, take, count }: ShrinkWords): ShrinkCommand | null {
  const measuring = () => ({ text: values.text ?? null, chunks: count('chunks'), contextSize: count('context') });
  const evaluate = values['no-evaluate'] !== true;
  const dryRun = values['dry-run'] === true;
  switch (verb) {
    case 'quantize':
      return {
        kind: 'quantize',
        model: take('MODEL'),
        type: take('TYPE'),
        importanceMatrixId: values.matrix ?? null,
        acceptRequantize: values['accept-requantize'] === true,
        dryRun,
        evaluate,
        outputTensorType: values['output-type'] ?? null,
        tokenEmbeddingType: values['embedding-type'] ?? null,
        overrides: (values['tensor-type'] ?? []).map(overrideOf),
        pure: values.pure === true,
        leaveOutputTensor: values['leave-output'] === true,
        threads: count('threads'),
      };
    case 'matrix': {
      const what = take('matrix compute|import|list|remove');
      if (what === 'compute') return { kind: 'matrix-compute', model: take('MODEL'), ...measuring() };
      if (what === 'import') return { kind: 'matrix-import', model: take('MODEL'), file: take('FILE') };
      if (what === 'list') return { kind: 'matrix-list' };
      if (what === 'remove') return { kind: 'matrix-remove', matrixId: take('ID') };
      throw new WrongUsage(`matrix ${what}`);
    }
    case 'prune': {
      const layers = count('layers');
      if (layers === null || layers === 0) throw new WrongUsage('--layers ?');
      return { kind: 'prune', model: take('MODEL'), layers, dryRun, evaluate, ...measuring() };
    }
    case 'evaluate':
      return { kind: 'evaluate', model: take('MODEL'), against: count('against'), ...measuring() };
    case 'approve':
      return { kind: 'approve', model: take('MODEL'), note: values.note ?? '', withdraw: values.withdraw === true };
    default:
      return null;
  }
}

/** "attn_v=q8_0", as llama-quantize --tensor-type takes it. */
function overrideOf(text: string): { pattern: string; type: string } {
  const at = text.lastIndexOf('=');
  if (at < 1 || at === text.length - 1) throw new WrongUsage(`--tensor-type ${text}`);
  return { pattern: text.slice(0, at), type: text.slice(at + 1) };
}
