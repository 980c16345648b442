import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { takeLlamaTool } from './llama-tools.ts';

/** One entry of `llama-bench -o json`, as far as it is read here. */
export interface LlamaBenchEntry {
  n_prompt: number;
  n_gen: number;
  samples_ts: number[];
}

/** llama.cpp's own tool, made to run on the very libraries that the house runs on. */
export interface LlamaBench {
  run(options: { model: string; promptTokens: number; generationTokens: number; threads: number; repeats: number; batchSize: number }): Promise<{ entries: LlamaBenchEntry[]; wallMs: number }>;
}

/** Null where it is not to be had (llama-tools.ts). */
export function findLlamaBench(folder: string): LlamaBench | null {
  if (!takeLlamaTool('llama-bench', folder)) return null;
  return {
    async run({ model, promptTokens, generationTokens, threads, repeats, batchSize }) {
      const options = { m: model, p: promptTokens, n: generationTokens, t: threads, r: repeats, b: batchSize, ub: batchSize, o: 'json' };
      const startedAt = performance.now();
      const child = spawn(join(folder, 'llama-bench'), Object.entries(options).flatMap(([name, value]) => [`-${name}`, String(value)]), {
        env: { ...process.env, LD_LIBRARY_PATH: folder },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      let text = '';
      child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
      const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
      if (code !== 0) throw new Error(`llama-bench ended with ${code}`);
      return { entries: JSON.parse(text) as LlamaBenchEntry[], wallMs: performance.now() - startedAt };
    },
  };
}
