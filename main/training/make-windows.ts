import { setImmediate as turn } from 'node:timers/promises';
import type { DataRow } from '../contract/datasets.contract.ts';
import type { TrainingSettings } from '../contract/training.contract.ts';
import type { ChatExamples } from '../engine/native/training/chat-examples.ts';
import { packWindows, shuffled } from '../engine/native/training/pack-windows.ts';
import type { TokenisedExample } from '../engine/native/training/pack-windows.ts';
import type { ServingTokenizer } from '../engine/native/serving-tokenizer.ts';
import type { TrainingWindow } from '../engine/native/training/window-io.ts';
import { cancelled } from '../kernel/errors.ts';
import { refused } from './training-refused.ts';
import type { RowPart } from './training-task.ts';
import type { LoopData } from './training-loop.ts';

export interface WindowMaking {
  readonly rows: Readonly<Record<RowPart, DataRow[]>>;
  readonly vocabulary: ServingTokenizer;
  /** Null for a model without a chat template. */
  readonly chat: ChatExamples | null;
  readonly settings: Pick<TrainingSettings, 'contextSize' | 'learnFrom' | 'seed' | 'epochs' | 'evaluationsPerEpoch'>;
  readonly oldShare: number | null;
  readonly signal: AbortSignal;
  readonly onProgress: (doneRows: number, totalRows: number) => void;
}

/** An evaluation takes about a third of a step a window: at most so much of the steps' time goes to evaluations. */
const evaluationShare = 0.25;
const fewestValidationWindows = 32;
/** Rows between two turns of the event loop. */
const rowsAtOnce = 256;

/**
 * Rows to windows of tokens. Rows are mixed once, by the seed, since files are often sorted; windows are then mixed each epoch. Raises
 * TRAINING_REFUSED ('no-chat-template', 'too-few-tokens', 'no-validation'), CANCELLED.
 */
export async function makeWindows(making: WindowMaking): Promise<LoopData> {
  const { rows, settings, oldShare } = making;
  const total = rows.train.length + rows.old.length + rows.validation.length;
  let done = 0;
  const tokenise = async (part: RowPart): Promise<{ windows: TrainingWindow[]; tokens: number }> => {
    const examples: TokenisedExample[] = [];
    let tokens = 0;
    const windows: TrainingWindow[] = [];
    const pack = (): void => void windows.push(...packWindows(examples.splice(0), { contextSize: settings.contextSize, packing: 'packed', paddingToken: 0 }));
    for (const index of shuffled(rows[part].length, settings.seed, -1)) {
      const row = rows[part][index];
      if (row === undefined) continue;
      const example = exampleOf(row, making);
      tokens += example.tokens.length;
      examples.push(example);
      done += 1;
      if (done % rowsAtOnce !== 0) continue;
      if (making.signal.aborted) throw cancelled();
      making.onProgress(done, total);
      await turn();
      if (examples.length >= 8 * rowsAtOnce) pack(); // a window here and there less full, and memory for a part of the tokens only
    }
    pack();
    rows[part].length = 0;
    return { windows, tokens };
  };
  const train = await tokenise('train');
  const old = await tokenise('old');
  const validation = await tokenise('validation');
  if (train.tokens < settings.contextSize || train.windows.length === 0) throw refused('too-few-tokens', { found: train.tokens, needed: settings.contextSize });
  if (validation.windows.length === 0) throw refused('no-validation', {});
  const oldPerEpoch = oldShare === null || old.windows.length === 0 ? 0 : oldWindowsPerEpoch(train.windows.length, oldShare);
  const perStretch = (train.windows.length + oldPerEpoch) / settings.evaluationsPerEpoch;
  return {
    train: train.windows,
    old: old.windows,
    oldPerEpoch,
    validation: spread(validation.windows, Math.max(fewestValidationWindows, Math.ceil(perStretch * evaluationShare))),
    trainTokens: train.tokens,
    validationTokens: validation.tokens,
  };
}

/** Older windows beside so many new ones, for a share of all. */
export function oldWindowsPerEpoch(newWindows: number, oldShare: number): number {
  return Math.max(1, Math.round((newWindows * oldShare) / (1 - oldShare)));
}

function exampleOf(row: DataRow, { vocabulary, chat, settings }: WindowMaking): TokenisedExample {
  if (row.kind === 'chat') {
    if (chat === null) throw refused('no-chat-template', {});
    return chat.example(row.messages, settings.learnFrom);
  }
  const { bos, eos, prependsBos, tokenizer } = vocabulary;
  const tokens: number[] = [...(prependsBos ? [bos] : []), ...tokenizer(row.text, false), ...(eos >= 0 ? [eos] : [])];
  return { tokens, scored: tokens.map(() => true) };
}

/** At most so many, from all over. */
function spread<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  return Array.from({ length: most }, (_, index) => items[Math.floor((index * items.length) / most)]).filter((item) => item !== undefined);
}
