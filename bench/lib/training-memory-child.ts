/** Takes two steps with the model named first and prints the most memory that this process ever had resident, in bytes (Linux). */
import { readFileSync } from 'node:fs';
import { findLibraryFiles } from '../../main/engine/native/library-files.ts';
import { openLlamaLibrary } from '../../main/engine/native/llama-library.ts';
import { listenToLog } from '../../main/engine/native/native-log.ts';
import { openTrainer } from '../../main/engine/native/training/trainer.ts';

const [modelPath = '', contextText = '', threadsText = ''] = process.argv.slice(2);
const contextSize = Number(contextText);
const library = openLlamaLibrary(findLibraryFiles('cpu'));
const trainer = await openTrainer(library, listenToLog(library), { modelPath, contextSize, threads: Number(threadsText), trainable: () => true });
const tokens = Int32Array.from({ length: contextSize }, (_, index) => (index * 37) % trainer.vocabularySize);
const window = { tokens, labels: tokens, weights: null };
trainer.evaluate(window);
for (let step = 0; step < 2; step += 1) trainer.step(window, { learningRate: 1e-4, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0 });
const peakKib = Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]);
process.stdout.write(String(peakKib * 1024));
trainer.free();
