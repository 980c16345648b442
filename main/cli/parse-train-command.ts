import { LEARNING_RATE_SCHEDULES } from '../contract/training.contract.ts';
import type { TrainingSettings } from '../contract/training.contract.ts';
import { WrongUsage } from './wrong-usage.ts';

/** Commands that train models. `model` and `dataset` may end in @N, the number of a version; settings left out are those recommended. */
export type TrainCommand =
  | {
      kind: 'train';
      model: string;
      dataset: string;
      mode: { kind: 'new' } | { kind: 'incremental' } | { kind: 'mixed'; old: string; oldShare: number };
      settings: Partial<TrainingSettings>;
      planOnly: boolean;
    }
  | { kind: 'train-list' }
  | { kind: 'train-show'; runId: string }
  | { kind: 'train-pause'; runId: string }
  | { kind: 'train-resume'; runId: string; learningRate: number | null }
  | { kind: 'train-finish'; runId: string }
  | { kind: 'train-remove'; runId: string };

/** Options these commands know besides those of all. */
export const trainOptions = {
  mode: { type: 'string' },
  old: { type: 'string' },
  'old-share': { type: 'string' },
  epochs: { type: 'string' },
  'learning-rate': { type: 'string' },
  schedule: { type: 'string' },
  warmup: { type: 'string' },
  'weight-decay': { type: 'string' },
  'learn-from': { type: 'string' },
  patience: { type: 'string' },
  evaluations: { type: 'string' },
  'save-as': { type: 'string' },
  seed: { type: 'string' },
  plan: { type: 'boolean' },
} as const;

/** Option values as parseArgs gives them. */
export type TrainValues = { [Name in keyof typeof trainOptions]?: (typeof trainOptions)[Name]['type'] extends 'boolean' ? boolean | undefined : string | undefined };

export interface TrainWords {
  values: TrainValues;
  /** The next word. Raises WrongUsage where there is none. */
  take(what: string): string;
  /** A whole number of an option, or null where it is not given. Raises WrongUsage. */
  count(name: 'threads' | 'context' | 'layers'): number | null;
}

const verbs = ['pause', 'finish', 'remove', 'show'] as const;

/** Raises WrongUsage. */
export function parseTrainCommand({ values, take, count }: TrainWords): TrainCommand {
  const first = take('MODEL|list|show|pause|resume|finish|remove');
  if (first === 'list') return { kind: 'train-list' };
  if (first === 'resume') return { kind: 'train-resume', runId: take('RUN'), learningRate: decimal(values, 'learning-rate') };
  const verb = verbs.find((each) => each === first);
  if (verb !== undefined) return { kind: `train-${verb}`, runId: take('RUN') };
  return { kind: 'train', model: first, dataset: take('DATASET'), mode: modeOf(values), settings: settingsOf(values, count), planOnly: values.plan === true };
}

function modeOf(values: TrainValues): Extract<TrainCommand, { kind: 'train' }>['mode'] {
  const { mode = values.old === undefined ? 'new' : 'mixed' } = values;
  if (mode !== 'mixed' && (values.old !== undefined || values['old-share'] !== undefined)) throw new WrongUsage(`--mode ${mode} --old`);
  switch (mode) {
    case 'new':
    case 'incremental':
      return { kind: mode };
    case 'mixed':
      if (values.old === undefined) throw new WrongUsage('--old DATASET@N ?');
      return { kind: 'mixed', old: values.old, oldShare: decimal(values, 'old-share') ?? 0.3 };
    default:
      throw new WrongUsage(`--mode ${mode}`);
  }
}

function settingsOf(values: TrainValues, count: TrainWords['count']): Partial<TrainingSettings> {
  const whole = (name: keyof TrainValues): number | null => {
    const value = decimal(values, name);
    if (value !== null && !Number.isInteger(value)) throw new WrongUsage(`--${name} ${value}`);
    return value;
  };
  const layers = count('layers');
  const noPatience = values.patience === 'none';
  const all = {
    contextSize: count('context'),
    epochs: whole('epochs'),
    learningRate: decimal(values, 'learning-rate'),
    schedule: oneOf(values, 'schedule', LEARNING_RATE_SCHEDULES),
    warmupShare: decimal(values, 'warmup'),
    weightDecay: decimal(values, 'weight-decay'),
    layers: layers === null ? null : { kind: 'last' as const, count: layers },
    learnFrom: oneOf(values, 'learn-from', ['answers', 'everything'] as const),
    patience: noPatience ? null : whole('patience'),
    evaluationsPerEpoch: whole('evaluations'),
    saveAs: oneOf(values, 'save-as', ['F32', 'F16', 'BF16'] as const),
    seed: whole('seed'),
    threads: count('threads'),
  };
  const said = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== null)) as Partial<TrainingSettings>;
  return noPatience ? { ...said, patience: null } : said;
}

function decimal(values: TrainValues, name: keyof TrainValues): number | null {
  const text = values[name];
  if (text === undefined) return null;
  const value = Number(text);
  if (text === '' || !Number.isFinite(value) || value < 0) throw new WrongUsage(`--${name} ${text}`);
  return value;
}

function oneOf<Value extends string>(values: TrainValues, name: keyof TrainValues, known: readonly Value[]): Value | null {
  const text = values[name];
  if (typeof text !== 'string') return null;
  const found = known.find((value) => value.toLowerCase() === text.toLowerCase());
  if (found === undefined) throw new WrongUsage(`--${name} ${text}`);
  return found;
}
