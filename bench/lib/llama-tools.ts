import { copyFileSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { findLibraryFiles } from '../../main/engine/native/library-files.ts';

/**
 * Puts one of llama.cpp's own tools into a folder, from MODELWARD_LLAMA_TOOLS: a folder with tools of the same release. A build of its own would
 * compare compilers: its libraries are replaced by those of the package, under the names it looks for. False (Linux only) where it is not there.
 */
export function takeLlamaTool(tool: 'llama-bench' | 'llama-server', folder: string): boolean {
  const tools = process.env['MODELWARD_LLAMA_TOOLS'];
  if (tools === undefined || tools === '' || process.platform !== 'linux' || !existsSync(join(tools, tool))) return false;
  const own = (name: string): boolean => name === tool || name.startsWith(`lib${tool}`) || name.startsWith('libmtmd');
  for (const name of readdirSync(tools)) if (own(name)) copyFileSync(join(tools, name), join(folder, name));
  const { folder: shipped, llama, ggml, ggmlBase } = findLibraryFiles('cpu');
  for (const name of readdirSync(shipped)) if (name.endsWith('.so')) symlinkSync(join(shipped, name), join(folder, name));
  const common = join(shipped, 'libllama-common.so');
  for (const [path, stem] of [[llama, 'llama'], [ggml, 'ggml'], [ggmlBase, 'ggml-base'], [common, 'llama-common']] as const) symlinkSync(path, join(folder, `lib${stem}.so.0`));
  return true;
}
