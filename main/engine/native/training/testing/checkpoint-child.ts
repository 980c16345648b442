/** Trains the model named first and writes a checkpoint into the folder named second after every step, until it is killed. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryFiles } from '../../library-files.ts';
import { openLlamaLibrary } from '../../llama-library.ts';
import { listenToLog } from '../../native-log.ts';
import { openTrainer } from '../trainer.ts';
import { randomWindow } from './tiny-model.ts';

const [modelPath = '', folder = ''] = process.argv.slice(2);
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const trainer = await openTrainer(library, listenToLog(library), { modelPath, contextSize: 32, threads: 1, trainable: () => true });
mkdirSync(folder);
for (let step = 1; ; step += 1) {
  trainer.step(randomWindow({ contextSize: 32, vocabulary: trainer.vocabularySize, seed: step }), { learningRate: 1e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 });
  await trainer.saveCheckpoint(join(folder, 'run.ckpt'), { windows: step });
  if (step === 1) process.stdout.write('written\n');
}
