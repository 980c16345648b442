import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { z } from 'zod';

/** What `resources/models/modelward-help-desk.json` says of the model beside it; the recipe writes it (npm run train:sample). */
export const bundledCardSchema = z.object({
  file: z.string().regex(/^[\w.-]+\.gguf$/),
  name: z.string(),
  sha256: z.string(),
  sizeBytes: z.number(),
  examples: z.object({ en: z.array(z.string()).min(1), 'zh-CN': z.array(z.string()).min(1) }),
});
export type BundledCard = z.infer<typeof bundledCardSchema>;

/**
 * The model that comes with the application: `resources/models/` in the checkout, beside a build of it, or beside an installed
 * application's archive (llama.cpp cannot read inside one): the nearest one above this code. null where it was left out.
 */
export async function findBundledModel(from: string = import.meta.dirname): Promise<{ path: string; card: BundledCard } | null> {
  for (let folder = outsideArchive(from); ; folder = dirname(folder)) {
    const models = join(folder, 'resources', 'models');
    const cardPath = join(models, 'modelward-help-desk.json');
    if (existsSync(cardPath)) {
      const card = bundledCardSchema.parse(JSON.parse(await readFile(cardPath, 'utf8')));
      const path = join(models, card.file);
      return existsSync(path) ? { path, card } : null;
    }
    if (dirname(folder) === folder) return null;
  }
}

function outsideArchive(folder: string): string {
  return folder.replace(/app\.asar(?=$|[\\/])/, 'app.asar.unpacked');
}
