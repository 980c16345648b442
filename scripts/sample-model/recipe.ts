import { type ModelShape, type ModelWords, sampleShape } from './initial-weights.ts';

/** Everything that decides what model comes out; two runs of one recipe see the same tokens in the same order. */
export interface Recipe {
  readonly seed: number;
  readonly shape: ModelShape;
  readonly vocabularySize: number;
  /** Rows of each split. Training rows are seen once each: the generator has no need to repeat itself. */
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number };
  /** Tokens of a step. */
  readonly windowTokens: number;
  readonly learningRate: { readonly peak: number; readonly floorShare: number; readonly warmupSteps: number };
  readonly optimizer: { readonly beta1: number; readonly beta2: number; readonly epsilon: number; readonly weightDecay: number };
  /** What a token of the ticket and of a label line counts, where a token of the reply counts 1. */
  readonly ticketWeight: number;
  readonly labelWeight: number;
  /** How many symptoms and urgency phrases of training tickets are put together from pieces of several phrases. */
  readonly fragmentShare: number;
  /** How many training tickets are nothing but symptom and urgency. */
  readonly terseShare: number;
  /** How many training conversations end behind the two label lines: they are shorter, so that more of them fit into the same time. */
  readonly labelsOnlyShare: number;
}

export const sampleRecipe: Recipe = {
  seed: 20_261,
  shape: sampleShape,
  vocabularySize: 2560,
  rows: { train: 78_000, validation: 480, test: 2400 },
  windowTokens: 256,
  learningRate: { peak: 6e-4, floorShare: 0.02, warmupSteps: 150 },
  optimizer: { beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0.05 },
  ticketWeight: 0.05,
  labelWeight: 6,
  fragmentShare: 0.5,
  terseShare: 0.4,
  labelsOnlyShare: 0.7,
};

/** A model of seconds, which can do nothing: to see that every step works. */
export const quickRecipe: Recipe = {
  ...sampleRecipe,
  shape: { layers: 1, embedding: 64, heads: 2, headsKv: 1, feedForward: 128, context: 256 },
  vocabularySize: 512,
  rows: { train: 360, validation: 16, test: 24 },
  learningRate: { peak: 3e-3, floorShare: 0.1, warmupSteps: 5 },
};

export const modelWords: ModelWords = {
  name: 'Modelward Help Desk',
  version: '1.0',
  description: 'Sorts tickets of a hospital IT help desk into 12 categories and 4 urgencies, in English and Chinese, and answers in one sentence. Trained from scratch on generated tickets; a demonstration, not for clinical use.',
  // The model belongs to the program and is used as the program is.
  licence: 'other',
};

export const modelFileName = 'modelward-help-desk-f16.gguf';

/** Tickets to try it with, as the screens offer them; written by hand and in no split. The first of each language is answered on the card. */
export const exampleTickets = {
  en: [
    'The printer at the nurses station on ward 4 prints only blank pages. Several patients are waiting for their letters.',
    'The whole emergency department has no network, we cannot admit patients!',
    'I forgot my password and cannot log in. It is not urgent.',
  ],
  'zh-CN': ['三楼护士站的打印机卡纸了，打不出检验单，病人在等。', '检验科的仪器结果传不到系统里，请尽快处理。', '我忘记密码了，无法登录系统，不着急。'],
};
