import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SMALL_RANDOM_MODEL, writeRandomModel } from './engine/testing/random-model.ts';
import { temporaryFolder } from './kernel/testing/temporary-house.ts';
import { importModel, startTestApplication, testPassword } from './testing/test-application.ts';

const canMount = process.platform === 'linux' && process.getuid?.() === 0;

it.skipIf(!canMount)('a full disk under the database refuses the change with a sentence and loses nothing (needs Linux and root for a small volume)', async () => {
  const volume = temporaryFolder('full');
  expect(spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=6m', 'tmpfs', volume.path]).status).toBe(0);
  const source = temporaryFolder('source');
  const app = await startTestApplication({ dataFolder: volume.path });
  try {
    const model = join(source.path, 'small.gguf');
    await writeRandomModel(model, SMALL_RANDOM_MODEL);
    const modelId = await importModel(app.client, model, 'Small').catch(() => null);
    // Room for the copy or not: a model is not needed for the database to fill up.
    const change = (round: number): Promise<unknown> =>
      modelId === null
        ? app.client.accounts.setPreferences({ theme: round % 2 === 0 ? 'dark' : 'light' })
        : app.client.models.annotate({ modelId, notes: `${round} ${'x'.repeat(5000)}` });
    const { kept, refusal } = await changeUntilRefused(change);
    expect(refusal).toMatchObject({ code: 'DISK_FULL' });
    await app.client.accounts.signOut({}).catch(() => undefined);
    // Somebody makes room; the next start finds everything that was acknowledged.
    expect(spawnSync('mount', ['-o', 'remount,size=64m', volume.path]).status).toBe(0);
    await app.restart();
    await app.client.accounts.signIn({ password: testPassword });
    if (modelId !== null) expect((await app.client.models.get({ modelId })).notes.startsWith(`${kept} `)).toBe(true);
    let intact = false;
    for await (const step of await app.client.audit.verify({})) if (step.kind === 'result') intact = step.intact;
    expect(intact).toBe(true);
  } finally {
    await app.dispose();
    spawnSync('umount', [volume.path]);
    volume.remove();
    source.remove();
  }
}, 60_000);

/** Makes changes until one is refused: the number of the last that was acknowledged, and the refusal. */
async function changeUntilRefused(change: (round: number) => Promise<unknown>): Promise<{ kept: number; refusal: unknown }> {
  for (let round = 0; round < 20_000; round++) {
    try {
      await change(round);
    } catch (refusal) {
      return { kept: round - 1, refusal };
    }
  }
  throw new Error('the volume did not fill up');
}
