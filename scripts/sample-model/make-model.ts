import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { quantizeOptionsSchema } from '../../main/contract/quantization.contract.ts';
import { findLibraryFiles } from '../../main/engine/native/library-files.ts';
import { type LlamaLibrary, openLlamaLibrary } from '../../main/engine/native/llama-library.ts';
import { listenToLog, type NativeLog } from '../../main/engine/native/native-log.ts';
import { openNativeModel } from '../../main/engine/native/native-model.ts';
import { prepareQuantization } from '../../main/engine/native/plan-quantize.ts';
import { quantize } from '../../main/engine/native/quantize.ts';
import { generateTickets } from './corpus.ts';
import { generateAnswers } from './generate-answers.ts';
import { writeInitialModel } from './initial-weights.ts';
import { type Accuracy, measureAccuracy } from './measure-accuracy.ts';
import { exampleTickets, modelFileName, modelWords, type Recipe } from './recipe.ts';
import { createTextCoder, trainTokenizer, type Vocabulary } from './tokenizer.ts';
import { tokenizerTexts } from './tokenizer-texts.ts';
import { trainWeights, type TrainingOutcome } from './train-weights.ts';
import { trainingWindows } from './training-windows.ts';

export interface MakingOrder {
  readonly recipe: Recipe;
  /** Holds checkpoints and everything that is written on the way. */
  readonly folder: string;
  readonly threads: number;
  readonly checkpointSteps: number;
  readonly say: (line: string) => void;
}

/** What is known of a made model; written beside it as JSON. */
export interface ModelFigures {
  /** As the application shows it (main/models/bundled-model.ts). */
  readonly name: string;
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly parameterCount: number;
  readonly engineRelease: string;
  readonly recipe: Recipe;
  readonly training: Omit<TrainingOutcome, 'parameterCount'>;
  readonly examples: typeof exampleTickets;
  /** Greedy answers of the F16 file to the first example of each language. */
  readonly answers: { readonly en: string; readonly 'zh-CN': string };
  /** Greedy answers of the F16 file to tickets of held-out wording. */
  readonly accuracy: { readonly validation: Accuracy; readonly test: Accuracy };
}

/** Corpus, tokenizer, untrained weights, training, conversion to F16, evaluation. The model is `folder`/modelward-help-desk-f16.gguf. */
export async function makeModel({ recipe, folder, threads, checkpointSteps, say }: MakingOrder): Promise<ModelFigures> {
  await mkdir(folder, { recursive: true });
  const { seed, rows, windowTokens, ticketWeight, labelWeight, fragmentShare, terseShare, labelsOnlyShare } = recipe;
  const tickets = generateTickets({ split: 'train', count: rows.train, seed, fragmentShare, terseShare });
  const validation = generateTickets({ split: 'validation', count: rows.validation, seed });
  const vocabulary = trainTokenizer(tokenizerTexts(seed), recipe.vocabularySize);
  const coding = { coder: createTextCoder(vocabulary), vocabulary };
  const weighing = { contextSize: windowTokens, ticketWeight, labelWeight, labelsOnlyShare, seed };
  const windows = trainingWindows(tickets, coding, weighing);
  say(`${tickets.length} tickets in ${windows.length} windows of ${windowTokens} tokens`);

  const library = openLlamaLibrary(findLibraryFiles('cpu'));
  const log = listenToLog(library);
  const initialPath = join(folder, 'initial-f32.gguf');
  const trainedPath = join(folder, 'trained-f32.gguf');
  await writeInitialModel(initialPath, { shape: recipe.shape, vocabulary, words: modelWords, seed });
  const { parameterCount, ...training } = await trainWeights(library, log, {
    recipe,
    initialPath,
    checkpointPath: join(folder, 'checkpoint'),
    checkpointSteps,
    trainedPath,
    windows,
    validation: trainingWindows(validation, coding, { ...weighing, labelsOnlyShare: 0 }),
    threads,
    say,
  });
  const path = join(folder, modelFileName);
  await convertToHalf(library, log, { modelPath: trainedPath, path, threads });
  const evaluated = await evaluate(library, log, { path, recipe, vocabulary, threads });
  const bytes = await readFile(path);
  return {
    name: modelWords.name,
    file: modelFileName,
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: (await stat(path)).size,
    parameterCount,
    engineRelease: library.release,
    recipe,
    training,
    examples: exampleTickets,
    ...evaluated,
  };
}

/** Matrices to F16; llama.cpp's quantizer leaves the norms in float32. */
async function convertToHalf(library: LlamaLibrary, log: NativeLog, { modelPath, path, threads }: { modelPath: string; path: string; threads: number }): Promise<void> {
  const prepared = await prepareQuantization(library, log, { modelPath, type: 'F16', options: quantizeOptionsSchema.parse({}), matrix: null, pruneLayers: [], withoutNeededMatrix: false, threads });
  const temporaryPath = `${path}.part`;
  if (existsSync(temporaryPath)) await rm(temporaryPath);
  await quantize(library, log, { ...prepared.order, outputPath: temporaryPath });
  await rename(temporaryPath, path);
}

/** How often the model's greedy answer names the right category and urgency, on both held-out splits, and what it answers to the examples. */
export async function evaluate(library: LlamaLibrary, log: NativeLog, { path, recipe, vocabulary, threads }: { path: string; recipe: Recipe; vocabulary: Vocabulary; threads: number }): Promise<Pick<ModelFigures, 'accuracy' | 'answers'>> {
  const model = await openNativeModel(library, log, { path, settings: { gpuLayers: 0 } });
  try {
    const order = { library, model, coder: createTextCoder(vocabulary), vocabulary, threads, lines: 2, longestTokens: 40 };
    const of = (split: 'validation' | 'test'): Accuracy => {
      const tickets = generateTickets({ split, count: recipe.rows[split], seed: recipe.seed });
      return measureAccuracy(tickets, generateAnswers(tickets.map(({ text }) => text), order));
    };
    const [english = '', chinese = ''] = generateAnswers([exampleTickets.en[0] ?? '', exampleTickets['zh-CN'][0] ?? ''], { ...order, lines: 3, longestTokens: 120 });
    return { accuracy: { validation: of('validation'), test: of('test') }, answers: { en: english, 'zh-CN': chinese } };
  } finally {
    model.free();
  }
}
