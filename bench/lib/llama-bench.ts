import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryFiles } from '../../main/engine/native/library-files.ts';

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

/**
 * From MODELWARD_LLAMA_TOOLS, a folder with llama-bench of the same release; null (Linux only) where it is not set. A build of its own would
 * compare compilers: its libraries are replaced by those of the package, under the names it looks for.
 */
export function findLlamaBench(folder: string): LlamaBench | null {
  const tools = process.env['MODELWARD_LLAMA_TOOLS'];
  if (tools === undefined || tools === '' || process.platform !== 'linux' || !existsSync(join(tools, 'llama-bench'))) return null;
  for (const name of readdirSync(tools)) if (name === 'llama-bench' || name.startsWith('libllama-bench')) copyFileSync(join(tools, name), join(folder, name));
  const { folder: shipped, llama, ggml, ggmlBase } = findLibraryFiles('cpu');
  for (const name of readdirSync(shipped)) if (name.endsWith('.so')) symlinkSync(join(shipped, name), join(folder, name));
  const common = join(shipped, 'libllama-common.so');
  for (const [path, stem] of [[llama, 'llama'], [ggml, 'ggml'], [ggmlBase, 'ggml-base'], [common, 'llama-common']] as const) symlinkSync(path, join(folder, `lib${stem}.so.0`));
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
