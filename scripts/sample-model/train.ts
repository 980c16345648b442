import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { constants, setPriority } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readMachine } from '../../main/engine/hardware/machine.ts';
import { rootFolder } from '../build/root.ts';
import { writeDataSet } from './data-set.ts';
import { makeModel, type ModelFigures } from './make-model.ts';
import { modelCard } from './model-card.ts';
import { modelFileName, quickRecipe, sampleRecipe } from './recipe.ts';

/**
 * `npm run train:sample [-- --out FOLDER] [--threads N] [--quick]` makes the model in the box anew: tickets, tokenizer, training,
 * F16 file, accuracy on held-out wording, model card. It may be ended at any time and goes on from its last checkpoint in FOLDER
 * (release/sample-model unless told otherwise). `--quick` makes a tiny model in seconds and leaves resources/ alone.
 * `-- --card` only writes the model card anew from the figures. `-- --write FOLDER` only writes the tickets as a data set to import and to tune on.
 */
const { values } = parseArgs({ options: { out: { type: 'string' }, threads: { type: 'string' }, quick: { type: 'boolean', default: false }, write: { type: 'string' }, card: { type: 'boolean', default: false } } });
const recipe = values.quick ? quickRecipe : sampleRecipe;
const say = (line: string): void => console.log(`${new Date().toISOString().slice(11, 19)} ${line}`);

const models = path.join(rootFolder, 'resources', 'models');
const figuresPath = path.join(models, modelFileName.replace('-f16.gguf', '.json'));
const writeCard = (figures: ModelFigures): Promise<void> => writeFile(path.join(models, 'README.md'), modelCard(figures));

if (values.card) {
  await writeCard(JSON.parse(await readFile(figuresPath, 'utf8')) as ModelFigures);
} else if (values.write !== undefined) {
  for (const file of await writeDataSet(values.write, recipe)) say(file);
} else {
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL); // it takes an hour; the machine has other work
  const threads = values.threads === undefined ? (await readMachine()).usableCores : Number(values.threads);
  if (!Number.isSafeInteger(threads) || threads < 1) throw new Error(`--threads must be a whole number above 0, not "${values.threads ?? ''}".`);
  const folder = path.resolve(values.out ?? path.join(rootFolder, 'release', values.quick ? 'sample-model-quick' : 'sample-model'));
  const figures = await makeModel({ recipe, folder, threads, checkpointSteps: values.quick ? 50 : 500, say });
  const { category, urgency } = figures.accuracy.test;
  say(`held-out wording: category ${category}, urgency ${urgency}; ${figures.sizeBytes} bytes`);
  if (!values.quick) {
    await mkdir(models, { recursive: true });
    await copyFile(path.join(folder, modelFileName), path.join(models, modelFileName));
    await writeFile(figuresPath, `${JSON.stringify(figures, null, 2)}\n`);
    await writeCard(figures);
    say(`written to ${models}`);
  }
}
