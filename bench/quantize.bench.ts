import { spawnSync } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { readMachine } from '../main/engine/hardware/machine.ts';
import { findLibraryFiles } from '../main/engine/native/library-files.ts';
import { openLlamaLibrary } from '../main/engine/native/llama-library.ts';
import { listenToLog } from '../main/engine/native/native-log.ts';
import { quantizationTypeNamed } from '../main/engine/native/quantization-types.ts';
import { quantize } from '../main/engine/native/quantize.ts';
import { llamaTool } from '../main/engine/testing/quantize-fixture.ts';
import { writeRandomModel } from '../main/engine/testing/random-model.ts';
import { temporaryFolder } from '../main/kernel/testing/temporary-house.ts';
import { figure } from './lib/figures.ts';
import type { Figure } from './lib/figures.ts';

const rounds = 3;
const types = ['Q8_0', 'Q4_0', 'Q4_K_M', 'Q6_K', 'IQ4_XS'] as const;

/**
 * Quantizing an F16 model of some 190 MB, in MB of the source a second: the call itself, without the process around it. Where
 * MODELWARD_LLAMA_TOOLS names a folder with llama-quantize, the tool does the same in turn, timed by itself.
 */
export async function benchQuantize(): Promise<Figure[]> {
  const folder = temporaryFolder('bench');
  try {
    const inputPath = join(folder.path, 'source.gguf');
    await writeRandomModel(inputPath, { architecture: 'llama', layers: 4, embedding: 1024, heads: 16, headsKv: 4, feedForward: 4096, vocabulary: 16_000, context: 2048, tensorType: 'F16', seed: 3 });
    const megabytes = (await stat(inputPath)).size / 1_000_000;
    const library = openLlamaLibrary(findLibraryFiles('cpu'));
    const log = listenToLog(library);
    const { usableCores } = await readMachine();
    const tool = llamaTool('llama-quantize');
    const figures: Figure[] = [];
    for (const type of types) {
      const ours: number[] = [];
      const theirs: number[] = [];
      const byUs = async (): Promise<void> => {
        const { durationMs } = await quantize(library, log, {
          inputPath,
          outputPath: join(folder.path, 'ours.gguf'),
          type: quantizationTypeNamed(type)?.ftype ?? 0,
          outputTensorType: null,
          tokenEmbeddingType: null,
          overrides: [],
          pure: false,
          leaveOutputTensor: false,
          allowRequantize: false,
          pruneLayers: [],
          importance: null,
          dryRun: false,
          threads: usableCores,
        });
        ours.push((megabytes / durationMs) * 1000);
      };
      const byTool = (): void => {
        if (tool !== null) theirs.push((megabytes / toolMs(tool, [inputPath, join(folder.path, 'theirs.gguf'), type, String(usableCores)])) * 1000);
      };
      for (let round = 0; round < rounds; round += 1) {
        // Who goes first changes from round to round, so that neither always finds the other's file in the way.
        if (round % 2 === 1) byTool();
        await byUs();
        if (round % 2 === 0) byTool();
      }
      figures.push(figure({ name: `quantize ${Math.round(megabytes)} MB F16 to ${type}, ${usableCores} threads`, unit: 'MB/s', runs: ours }));
      if (tool === null) continue;
      figures.push(
        figure({ name: `  llama-quantize, ${type}`, unit: 'MB/s', runs: theirs }),
        figure({ name: `  against llama-quantize, ${type}`, unit: '×', runs: ours.map((rate, index) => rate / (theirs[index] ?? Number.NaN)), aim: { words: '≥ 0.9', met: (median) => median >= 0.9 } }),
      );
    }
    return figures;
  } finally {
    folder.remove();
  }
}

/** What the tool says of itself: `quantize time = 1234.56 ms`. */
function toolMs(tool: string, parameters: readonly string[]): number {
  const { stdout, stderr } = spawnSync(tool, parameters, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  const found = /quantize time\s*=\s*([\d.]+) ms/.exec(stdout);
  if (found === null) throw new Error(stderr.slice(-500));
  return Number(found[1]);
}
